/** Fast Fourier transform, radix two, in place. */

/** @param re real parts, a power of two of them @param im imaginary parts */
export function fft(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] ?? 0, re[i] ?? 0];
      [im[i], im[j]] = [im[j] ?? 0, im[i] ?? 0];
    }
  }
  for (let len = 2; len <= n; len *= 2) {
    const half = len / 2;
    for (let k = 0; k < half; k++) {
      const angle = (-2 * Math.PI * k) / len;
      const wr = Math.cos(angle);
      const wi = Math.sin(angle);
      for (let i = k; i < n; i += len) {
        const j = i + half;
        const ar = re[j] ?? 0;
        const ai = im[j] ?? 0;
        const vr = ar * wr - ai * wi;
        const vi = ar * wi + ai * wr;
        const ur = re[i] ?? 0;
        const ui = im[i] ?? 0;
        re[i] = ur + vr;
        im[i] = ui + vi;
        re[j] = ur - vr;
        im[j] = ui - vi;
      }
    }
  }
}
