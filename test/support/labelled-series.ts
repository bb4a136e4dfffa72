/** Series with incidents of known place and kind, for tests of the trend engine only: made from a seed, the same on every machine. */

export const INCIDENTS = ['spike', 'dip', 'level-up', 'level-down', 'flatline', 'missing-cycle', 'noise-up', 'leak', 'faster', 'burst', 'outage'] as const;
export type IncidentKind = (typeof INCIDENTS)[number];

export type Labelled = {
  kind: IncidentKind | 'none';
  times: number[];
  values: number[];
  /** First and last index of the incident; null when there is none. */
  incident: { from: number; to: number } | null;
};

/** Uniform numbers 0–1 (mulberry32) and normal ones. */
export function randomOf(seed: number): { uniform(): number; normal(): number } {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

const CYCLE = 144;
const STEP = 600_000;
const START = Date.UTC(2026, 0, 5);

/** Ten-minute values of two weeks: a daily cycle with noise, and one incident in the second half. */
export function labelled(kind: IncidentKind | 'none', seed: number, n = 2016): Labelled {
  const random = randomOf(seed);
  const values = Array.from({ length: n }, (_, i) => 100 + 30 * Math.sin((2 * Math.PI * i) / CYCLE) + 3 * random.normal());
  const times = values.map((_, i) => START + i * STEP);
  const from = Math.floor(n * (0.55 + 0.3 * random.uniform()));
  const lengths: Record<IncidentKind, number> = {
    spike: 2,
    dip: 2,
    'level-up': 150,
    'level-down': 150,
    flatline: 60,
    'missing-cycle': CYCLE,
    'noise-up': 120,
    leak: 300,
    faster: CYCLE,
    burst: 20,
    outage: 40,
  };
  if (kind === 'none') return { kind, times, values, incident: null };
  const to = Math.min(n, from + lengths[kind]) - 1;
  const stuck = values[from] ?? 0;
  for (let i = from; i <= to; i++) {
    const v = values[i] ?? 0;
    const k = i - from;
    const changed: Record<IncidentKind, () => number> = {
      spike: () => v + 60,
      dip: () => v - 60,
      'level-up': () => v + 35,
      'level-down': () => v - 35,
      flatline: () => stuck,
      'missing-cycle': () => 100 + 3 * random.normal(),
      'noise-up': () => v + 15 * random.normal(),
      leak: () => v + (60 * k) / (to - from),
      faster: () => v + 30 * (Math.sin((8 * Math.PI * i) / CYCLE) - Math.sin((2 * Math.PI * i) / CYCLE)),
      burst: () => v + 20 + 30 * random.uniform(),
      outage: () => 0,
    };
    values[i] = changed[kind]();
  }
  return { kind, times, values, incident: { from, to } };
}
