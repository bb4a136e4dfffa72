/** The few kinds of DER a certificate is made of. */
const tlv = (tag: number, body: Buffer): Buffer => {
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};

export const sequence = (...items: Buffer[]): Buffer => tlv(0x30, Buffer.concat(items));
export const set = (...items: Buffer[]): Buffer => tlv(0x31, Buffer.concat(items));
export const integer = (bytes: Buffer): Buffer => tlv(0x02, bytes);
export const bits = (bytes: Buffer): Buffer => tlv(0x03, Buffer.concat([Buffer.from([0]), bytes]));
export const octets = (bytes: Buffer): Buffer => tlv(0x04, bytes);
export const yes = (): Buffer => tlv(0x01, Buffer.from([0xff]));
export const text = (value: string): Buffer => tlv(0x0c, Buffer.from(value));
/** A field `[n]`, constructed when it holds whole values. */
export const tagged = (n: number, body: Buffer, constructed: boolean): Buffer => tlv((constructed ? 0xa0 : 0x80) | n, body);
export const time = (at: Date): Buffer => tlv(0x18, Buffer.from(at.toISOString().replaceAll(/[-:T]|\.\d+/g, '')));

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return tlv(0x06, Buffer.from(bytes));
}
