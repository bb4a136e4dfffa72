/** Every bound of the telemetry receiver. Bytes, milliseconds. docs/users/telemetry.md states these numbers. */
const MIB = 1024 * 1024;

export const otlpLimits = {
  /** A body as it comes over the wire, and after gzip. */
  wireBytes: 4 * MIB,
  bodyBytes: 16 * MIB,
  /** Request line and headers, and a whole request, must be there after this. */
  headersMs: 5000,
  requestMs: 10_000,
  /** A request that is read is answered after this, whatever the disk does. */
  answerMs: 15_000,
  /** Requests that are read or stored at once; the next is told to come again. */
  requests: 8,
  /** What a client is told to wait, in seconds. */
  retryAfterS: 2,
  connections: 256,
  /** Distinct series of one host at a time; one that was quiet for `quietMs` makes room. */
  series: 20_000,
  quietMs: 3_600_000,
  /** Requests remembered so that one that comes again is not counted again. */
  requestsKnown: 4096,
  /** Points older than this, or further ahead than clocks differ, are refused. */
  pastMs: 30 * 86_400_000,
  aheadMs: 10 * 60_000,
  /** Values that stand for the values of one histogram point. */
  histogramValues: 1000,
  /** Buckets of one histogram point. */
  buckets: 10_000,
  /** Tags of a point. */
  tags: 10,
  /** Points in one event of the stream, and characters of them. */
  eventPoints: 250,
  eventChars: 100_000,
  /** Not acknowledged by the control center: above it clients wait. */
  spoolBytes: 64 * MIB,
} as const;
