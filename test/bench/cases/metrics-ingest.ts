/**
 * Samples into the analytics: as many as can be stored through the whole path (columns, thread, checks, hot rows, chunks, steps of every
 * resolution, SQLite), beside DuckDB's appender into a file; bytes a sample; and how long the loop of the core is ever held up.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance, version } from '@duckdb/node-api';
import type { Point } from '#metrics/index.ts';
import { encodeChunk } from '#metrics/codec/chunk.ts';
import { diurnalSeries } from '#test/support/metrics/series.ts';
import { scratch } from '../lib/core.ts';
import { bounded, compared, type Bench } from '../lib/figure.ts';
import { BATCH, benchMetrics, pour } from '../lib/metrics.ts';
import { median } from '../lib/stats.ts';
import { sleep } from '../lib/until.ts';

const START = 1_770_000_000_000;
const SAMPLES = 1_000_000;
const ROUNDS = 5;
const PACED_S = 10;
const RATE = 150_000;

export const bench: Bench = {
  name: 'metrics-ingest',
  title: 'Samples into the analytics',
  async run(say) {
    say(`the core's loop while ${RATE} samples a second come in`);
    const loop = await paced();
    say('whole path, 300 series at 1 sample a second each');
    const whole = await rounds(samplesOf(300, 1));
    say("sealed path beside DuckDB's appender, 10 series");
    const batches = samplesOf(10, 1000);
    const sealed = await rounds(batches);
    const duck = await duckRounds(batches);
    const sizes = diurnalSeries(12_000).map(({ at, value }) => {
      let bytes = 0;
      for (let from = 0; from < at.length; from += 600)
        bytes += encodeChunk({ at: Float64Array.from(at.slice(from, from + 600)), value: Float64Array.from(value.slice(from, from + 600)) }).length;
      return bytes / at.length;
    });
    const peer = { name: "DuckDB's appender", version: version(), value: median(duck) };
    return [
      bounded('150,000 samples through the whole path, median', 'ms', median(whole) * 150, 1000, ROUNDS),
      compared('a million samples, sealed path, median', 'ms', median(sealed) * 1000, { ...peer, value: peer.value * 1000 }, 1, ROUNDS),
      bounded('a sealed sample, mean of 7 realistic series', 'bytes', sizes.reduce((sum, each) => sum + each, 0) / sizes.length, 3, 7 * 12_000),
      bounded(`longest work at a stretch on the core's thread at ${RATE} samples a second`, 'ms', loop, 20, PACED_S * RATE),
    ];
  },
};

/** Samples in batches, `run` of a series in a row; a second between two of a series. */
function samplesOf(series: number, run: number, count = SAMPLES): Point[][] {
  const tags = Array.from({ length: series }, (_, i) => ({ host: `host-${i % 10}`, session: `session-${i}` }));
  const kinds = ['counter', 'gauge', 'distribution'] as const;
  const batches: Point[][] = [];
  const batch: Point[] = [];
  for (let i = 0; i < count; i++) {
    const turn = Math.floor(i / run);
    const place = turn % series;
    const at = START + (Math.floor(turn / series) * run + (i % run)) * 1000;
    const kind = kinds[place % 3] ?? 'gauge';
    const value = Math.round((100 + 50 * Math.sin(i / 5000)) * (1 + ((i * 2_654_435_761) % 1000) / 1000) * 10) / 10;
    batch.push({ metric: `bench.${kind}`, kind, tags: tags[place] ?? {}, at, value });
    if (batch.length === BATCH) batches.push(batch.splice(0));
  }
  return batches;
}

const spanOf = (batches: readonly Point[][]): number => (batches.at(-1)?.at(-1)?.at ?? START) - (batches[0]?.[0]?.at ?? START) + 1000;

/** The same samples again, later by their whole span. */
function later(batches: readonly Point[][], span = spanOf(batches)): void {
  for (const batch of batches) for (const sample of batch) sample.at += span;
}

/** Microseconds a sample, one figure a round. */
async function rounds(batches: Point[][]): Promise<number[]> {
  const { metrics, remove } = await benchMetrics(() => START + 30 * 86_400_000);
  try {
    const times: number[] = [];
    // The first round warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const began = performance.now();
      const stored = await pour(metrics, batches);
      if (stored !== SAMPLES) throw new Error(`${stored} of ${SAMPLES} samples were stored`);
      if (round > 0) times.push(((performance.now() - began) * 1000) / SAMPLES);
      later(batches);
    }
    return times;
  } finally {
    await remove();
  }
}

async function duckRounds(batches: Point[][]): Promise<number[]> {
  const dir = scratch('duck');
  const instance = await DuckDBInstance.create(path.join(dir, 'samples.duckdb'));
  const connection = await instance.connect();
  try {
    await connection.run('create table samples (series integer, time bigint, value double)');
    const numbers = new Map<string, number>();
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const began = performance.now();
      for (const batch of batches) {
        const appender = await connection.createAppender('samples');
        for (const { tags, at, value } of batch) {
          const session = tags['session'] ?? '';
          let series = numbers.get(session);
          if (series === undefined) numbers.set(session, (series = numbers.size));
          appender.appendInteger(series);
          appender.appendBigInt(BigInt(at));
          appender.appendDouble(value);
          appender.endRow();
        }
        // What was appended is committed, as ours is when it is acknowledged.
        appender.closeSync();
      }
      if (round > 0) times.push(((performance.now() - began) * 1000) / SAMPLES);
      later(batches);
    }
    return times;
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Longest stretch of work on this thread in milliseconds while samples come in at the rate of the goal. In time of the processor: when
 * others have the processor, the loop waits as well, but not for us.
 */
async function paced(): Promise<number> {
  const { metrics, remove } = await benchMetrics(() => START + 30 * 86_400_000);
  // Few, and used again: what a heap of a million of them costs to collect is not what is measured here.
  const batches = samplesOf(300, 1, 12 * BATCH);
  const span = spanOf(batches);
  try {
    for (let round = 0; round < 5; round++) {
      await pour(metrics, batches);
      later(batches, span);
    }
    let longest = 0;
    const began = performance.now();
    const open: Promise<unknown>[] = [];
    for (let batch = 0; batch < (PACED_S * RATE) / BATCH; batch++) {
      const due = began + (batch * BATCH * 1000) / RATE;
      await sleep(Math.max(1, due - performance.now()));
      const samples = batches[batch % batches.length] ?? [];
      const before = process.threadCpuUsage();
      open.push(metrics.append(samples));
      const { user, system } = process.threadCpuUsage(before);
      longest = Math.max(longest, (user + system) / 1000);
      later([samples], span);
    }
    await Promise.all(open);
    return longest;
  } finally {
    await remove();
  }
}
