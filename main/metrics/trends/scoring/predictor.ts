/** One step ahead by a small linear model that learns as it goes (recursive least squares with forgetting): the last values and the season's say. */

const LAGS = 5;
const SIZE = LAGS + 2;
const FORGET = 0.9985;

export class Predictor {
  readonly #weights = new Float64Array(SIZE);
  readonly #p = new Float64Array(SIZE * SIZE);
  readonly #x = new Float64Array(SIZE);
  readonly #gain = new Float64Array(SIZE);
  readonly #lags = new Float64Array(LAGS);

  constructor() {
    for (let i = 0; i < SIZE; i++) this.#p[i * SIZE + i] = 10;
    // Before it has learnt: as the last value was.
    this.#weights[0] = 0.5;
  }

  /** The next value in the caller's standard units, from the season's value (same units; 0 when unknown). */
  predict(seasonal: number): number {
    for (let i = 0; i < LAGS; i++) this.#x[i] = this.#lags[i] ?? 0;
    this.#x[LAGS] = seasonal;
    this.#x[LAGS + 1] = 1;
    let y = 0;
    for (let i = 0; i < SIZE; i++) y += (this.#weights[i] ?? 0) * (this.#x[i] ?? 0);
    return y;
  }

  /** Learns from what came, clipped by the caller so that one outlier does not bend the model. */
  learn(actual: number, predicted: number): void {
    const p = this.#p;
    const x = this.#x;
    let denominator = FORGET;
    for (let i = 0; i < SIZE; i++) {
      let g = 0;
      for (let j = 0; j < SIZE; j++) g += (p[i * SIZE + j] ?? 0) * (x[j] ?? 0);
      this.#gain[i] = g;
      denominator += g * (x[i] ?? 0);
    }
    const error = actual - predicted;
    for (let i = 0; i < SIZE; i++) this.#weights[i] = (this.#weights[i] ?? 0) + ((this.#gain[i] ?? 0) / denominator) * error;
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j < SIZE; j++) {
        const value = ((p[i * SIZE + j] ?? 0) - ((this.#gain[i] ?? 0) * (this.#gain[j] ?? 0)) / denominator) / FORGET;
        // Directions the data do not excite must not grow without end.
        p[i * SIZE + j] = Math.min(1e4, Math.max(-1e4, value));
      }
    }
    this.#lags.copyWithin(1, 0, LAGS - 1);
    this.#lags[0] = actual;
  }
}
