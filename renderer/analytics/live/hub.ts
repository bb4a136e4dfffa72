/**
 * Live answers for everything the page shows, over as few streams as possible. Questions that come within a moment go out together;
 * a stream ends when nobody asks any of its questions.
 *
 *   asked ─► gathered (50 ms) ─► stream ─► word ─► waits for the flush (60–200 ms, by what painting needs) ─► listeners ─► paint
 *                                  └─ended or refused─► pause, doubled up to 5 s ─► stream
 */
import type { Answered } from '#shared/contract/analytics.ts';
import type { Query } from '#shared/domain/query.ts';
import { client } from '../../lib/client.ts';
import { readStream } from '../../lib/stream.ts';
import { keyOf } from '../model/asked.ts';
import { inOwnZone } from './own-zone.ts';
import { painted } from './seen.ts';

/** An answer and when the core sent it, by the core's clock. `error`: the stream cannot be read, whatever was answered before. */
export type Held = { readonly answered: Answered | null; readonly at: number; readonly error: unknown };

const GATHER_MS = 50;
const FLUSH_FAST = 60;
const FLUSH_SLOW = 200;
/** The page is busy with flushes for at most this part of the time: charts that need long are drawn less often, so that it answers keys. */
const BUSY_SHARE = 1 / 4;
const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;
/** The contract's most questions in one stream. */
const MOST = 60;
/** Answers nobody shows are kept for this many questions, so that a tile that comes back has its last picture at once. */
const KEPT = 400;

type Asked = { readonly query: Query; readonly listeners: Set<() => void>; readonly stream: { wanted: Set<string>; abort: AbortController } | null };

const asked = new Map<string, Asked>();
const held = new Map<string, Held>();
let gathering: ReturnType<typeof setTimeout> | undefined;

const dirty = new Set<string>();
let sentAt: number[] = [];
let flushing: ReturnType<typeof setTimeout> | undefined;
let flushedAt = 0;
let every = FLUSH_FAST;

/** The last answer; undefined before the first. */
export const answerOf = (key: string): Held | undefined => held.get(key);

/** Asks for as long as somebody listens. @returns the end of it */
export function listen(query: Query, listener: () => void): () => void {
  const key = keyOf(query);
  const known = asked.get(key);
  if (known) known.listeners.add(listener);
  else {
    asked.set(key, { query, listeners: new Set([listener]), stream: null });
    gathering ??= setTimeout(gather, GATHER_MS);
  }
  return () => {
    const entry = asked.get(key);
    if (!entry) return;
    entry.listeners.delete(listener);
    if (entry.listeners.size > 0) return;
    asked.delete(key);
    if (!entry.stream) return;
    entry.stream.wanted.delete(key);
    if (entry.stream.wanted.size === 0) entry.stream.abort.abort();
  };
}

function gather(): void {
  gathering = undefined;
  const fresh = [...asked].filter(([, entry]) => entry.stream === null);
  for (let at = 0; at < fresh.length; at += MOST) {
    const part = fresh.slice(at, at + MOST);
    const stream = { wanted: new Set(part.map(([key]) => key)), abort: new AbortController() };
    for (const [key, entry] of part) asked.set(key, { ...entry, stream });
    void follow(
      part.map(([, entry]) => entry.query),
      stream.abort.signal,
    );
  }
}

async function follow(queries: readonly Query[], gone: AbortSignal): Promise<void> {
  const keys = queries.map(keyOf);
  let pause = FIRST_PAUSE;
  while (!gone.aborted) {
    try {
      await readStream(
        (signal) => client.analytics.watch({ queries: queries.map(inOwnZone) }, { signal }),
        ({ at, changed }) => {
          pause = FIRST_PAUSE;
          for (const { index, answered } of changed) {
            const key = keys[index];
            if (key !== undefined && asked.has(key)) hold(key, { answered, at, error: null });
          }
          if (changed.length > 0) sentAt.push(at);
        },
        gone,
      );
    } catch (error) {
      if (gone.aborted) return;
      for (const key of keys) if (asked.has(key)) hold(key, { answered: held.get(key)?.answered ?? null, at: held.get(key)?.at ?? 0, error });
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
    if (!gone.aborted) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function hold(key: string, answer: Held): void {
  held.delete(key);
  held.set(key, answer);
  for (const old of held.keys()) {
    if (held.size <= KEPT) break;
    if (!asked.has(old)) held.delete(old);
    else break;
  }
  dirty.add(key);
  flushing ??= setTimeout(flush, Math.max(0, flushedAt + every - performance.now()));
}

/** One paint for all that came since the last. The first word after a quiet time is painted at once. */
function flush(): void {
  flushing = undefined;
  const began = performance.now();
  const keys = [...dirty];
  const sent = sentAt;
  dirty.clear();
  sentAt = [];
  for (const key of keys) for (const listener of asked.get(key)?.listeners ?? []) listener();
  flushedAt = performance.now();
  painted(sent, (after) => {
    // Painting itself counts.
    every = Math.min(FLUSH_SLOW, Math.max(FLUSH_FAST, (after - began) / BUSY_SHARE));
  });
}
