/** What a benchmark says: a figure of ours, beside a peer's measured in the same run where there is one, and whether its goal holds. */
import { z } from 'zod';

export const Figure = z.object({
  figure: z.string(),
  unit: z.string(),
  ours: z.number(),
  /** The peer's value in the same run; null for a figure that stands alone. */
  peer: z.number().nullable(),
  peerName: z.string().nullable(),
  peerVersion: z.string().nullable(),
  /** ours / peer. */
  ratio: z.number().nullable(),
  /** In words, e.g. `ratio <= 1.05` or `ours <= 250`. */
  goal: z.string(),
  holds: z.boolean(),
  /** Number of measurements behind `ours`. */
  n: z.number().int(),
});
export type Figure = z.infer<typeof Figure>;

export const Report = z.object({
  name: z.string(),
  title: z.string(),
  at: z.string(),
  machine: z.object({
    cores: z.number(),
    memoryGiB: z.number(),
    cpu: z.string(),
    platform: z.string(),
    node: z.string(),
    scheduling: z.enum(['normal', 'real-time']),
  }),
  figures: z.array(Figure),
});
export type Report = z.infer<typeof Report>;

export type Bench = { readonly name: string; readonly title: string; run(say: (text: string) => void): Promise<Figure[]> };

/** A figure compared with a peer: the goal is the largest ratio that holds. */
export function compared(
  figure: string,
  unit: string,
  ours: number,
  peer: { name: string; version: string; value: number },
  maxRatio: number,
  n: number,
): Figure {
  const ratio = ours / peer.value;
  return {
    figure,
    unit,
    ours,
    peer: peer.value,
    peerName: peer.name,
    peerVersion: peer.version,
    ratio,
    goal: `ratio <= ${maxRatio}`,
    holds: ratio <= maxRatio,
    n,
  };
}

/** A figure that stands alone: the goal is the largest value that holds. */
export function bounded(figure: string, unit: string, ours: number, max: number, n: number): Figure {
  return { figure, unit, ours, peer: null, peerName: null, peerVersion: null, ratio: null, goal: `ours <= ${max}`, holds: ours <= max, n };
}
