/** Series such as a fleet of agents makes, from a fixed generator: the same every time, and shaped like what the rooms measure. */

export type MadeSeries = { readonly name: string; readonly kind: 'counter' | 'gauge' | 'distribution'; readonly at: number[]; readonly value: number[] };

/** Numerical Recipes' LCG, 0 ≤ x < 1. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
}

/** A standard normal by Box–Muller. */
export const normal = (random: () => number): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * The shapes our metrics have: resident memory in pages, sessions as small whole numbers, tokens by the answer, dollars with four places,
 * latencies in tenths of a millisecond, a ratio with three places; sampled every 10 s by a timer that is a few milliseconds off, or by the event.
 */
export function diurnalSeries(count: number, start = 1_770_000_000_000): MadeSeries[] {
  const random = generator(11);
  const ticks = (): number[] => Array.from({ length: count }, (_, i) => start + i * 10_000 + Math.floor(random() * 6));
  const events = (mean: number): number[] => {
    let at = start;
    return Array.from({ length: count }, () => (at += 1 + Math.floor(-Math.log(1 - random()) * mean)));
  };
  const daily = (at: number): number => 1 + 0.6 * Math.sin((at / 86_400_000) * 2 * Math.PI);
  const walk = (each: (level: number) => number, from: number) => (): number[] => {
    let level = from;
    return Array.from({ length: count }, () => (level = each(level)));
  };
  const series = (name: string, kind: MadeSeries['kind'], at: number[], value: number[]): MadeSeries => ({ name, kind, at, value });
  const of = (at: number[], each: (at: number) => number): number[] => at.map(each);
  const shapes: MadeSeries[] = [];
  const add = (name: string, kind: MadeSeries['kind'], at: number[], each: (at: number) => number): void =>
    void shapes.push(series(name, kind, at, of(at, each)));
  shapes.push(series('memory', 'gauge', ticks(), walk((level) => Math.max(4096, level + 4096 * Math.round(normal(random) * 20)), 4096 * 60_000)()));
  add('sessions', 'gauge', ticks(), (at) => Math.round(8 * daily(at) + normal(random)));
  add('latency', 'distribution', ticks(), (at) => Math.round(250 * daily(at) * Math.exp(0.6 * normal(random))) / 10);
  add('tokens', 'counter', events(9000), () => Math.round(900 * Math.exp(0.9 * normal(random))));
  add('cost', 'counter', events(9000), () => Math.round(120 * Math.exp(0.7 * normal(random))) / 10_000);
  add('hits', 'gauge', ticks(), (at) => Math.round(Math.min(1, Math.max(0, 0.7 + 0.1 * daily(at) + 0.02 * normal(random))) * 1000) / 1000);
  add('errors', 'counter', events(30_000), () => 1);
  return shapes;
}
