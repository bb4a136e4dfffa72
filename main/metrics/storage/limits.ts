/** What the analytics keep, for how long, and how much they take in. Times are milliseconds. */

/** Name of the database in the data folder. */
export const FILE = 'metrics.db';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Steps that sealed samples are added up in, finest first: their length and how long they are kept. */
export const RESOLUTIONS = [
  { name: '1m', ms: MINUTE, keepMs: 30 * DAY },
  { name: '5m', ms: 5 * MINUTE, keepMs: 30 * DAY },
  { name: '1h', ms: HOUR, keepMs: 366 * DAY },
  { name: '1d', ms: DAY, keepMs: 5 * 366 * DAY },
] as const;
export type Resolution = (typeof RESOLUTIONS)[number]['name'];

/** How long single samples are kept. */
export const KEEP_RAW_MS = 7 * DAY;
/** Samples older than the oldest step that is kept, or further ahead than clocks differ, are refused. */
export const OLDEST_MS = 5 * 366 * DAY;
export const AHEAD_MS = 10 * MINUTE;

/** Samples in a chunk; one that grows to twice as many is split. */
export const CHUNK = 600;
/** Samples of one series at one millisecond: beyond it something repeats itself. */
export const MOST_AT_ONCE = 10_000;

/** Distinct tags of one metric, and series in all. What is beyond is refused and counted. */
export const SERIES_PER_METRIC = 2000;
export const SERIES_IN_ALL = 20_000;

/** Samples in one batch: one transaction, one message to the writing thread. */
export const BATCH = 10_000;
/** Samples on their way to the writing thread; beyond it a batch is refused until some are stored. */
export const IN_FLIGHT = 200_000;

/** Why a sample was not taken. */
export type Refusal = 'not-a-number' | 'too-old' | 'ahead' | 'negative-counter' | 'bad-name' | 'metric-full' | 'series-full' | 'crowded';
export type Count = 'stored' | 'duplicate' | 'late' | 'out-of-order' | Refusal;
