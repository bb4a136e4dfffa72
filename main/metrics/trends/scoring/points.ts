/**
 * How much each look at a value counts: points for one unit of surprise (a tenfold rarity) within 0–1.5, 1.5–3, 3–5 and 5–9; beyond 9 nothing is added.
 * Found by logistic regression (points never negative, ridge towards equal points, a loss that hopeless cases do not bend) on incidents of sixteen kinds
 * put into real series of energy, traffic, counts, weather, parking and machines, and on generated series; checked on others of both, and on labelled ones.
 * Zeros: another look of the same kind says it already. `calm` came later: its points were set by hand, so that it adds no false alarms to speak of.
 */
export const POINTS = {
  far: [0.02, 0.65, 1.11, 0],
  jump: [0.46, 1.29, 0, 0.26],
  season: [0, 0.37, 0.86, 0.59],
  forecast: [0, 0, 1.24, 0.07],
  level8: [0, 0, 0.17, 1.03],
  level32: [0, 0.45, 0.1, 0.28],
  'noise16-up': [0, 0.28, 0.74, 0],
  'noise16-down': [2.1, 0.41, 0.32, 0.33],
  'noise64-up': [0, 0, 0.69, 0.26],
  'noise64-down': [0.49, 0, 0.3, 0.33],
  calm: [0, 0, 5, 5],
  stuck: [1.33, 1.46, 1.7, 1.78],
  shape: [2.52, 2.51, 0.13, 0.29],
  'long-shape': [1.68, 0.67, 0, 0.31],
  lately: [0.01, 0, 0.59, 0],
  'forecast-lately': [0, 1.66, 1.52, 0],
  'far-lately': [0, 1.9, 1.07, 0],
  loudest: [0, 0.69, 1.7, 0.56],
} as const;

/** Up and down are one look, but for the noise. The last four are of the last values together, and of the strongest look at a single value or level. */
export type Look = keyof typeof POINTS;
