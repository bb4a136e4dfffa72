/** What a probe may do on this host: hear an echo, and have events sent as sessions' events are sent. Nothing of it touches sessions or disk. */
import { fail, ok } from '#shared/lib/fault.ts';
import type { CommandHandlers } from '../commands.ts';
import { limits } from '../server/limits.ts';
import type { OutStream, StreamSource } from '../server/out-stream.ts';
import { MemoryStream } from './memory-stream.ts';

/** How often paced streams get their next events, milliseconds. */
const TICK_MS = 20;

export type Probe = {
  readonly source: StreamSource;
  readonly handlers: Pick<CommandHandlers, 'probe.echo' | 'probe.stream'>;
  close(): void;
};

/** @param wake told of each stream that has more to send */
export function createProbe(wake: (stream: OutStream) => void): Probe {
  const streams = new Map<string, MemoryStream>();
  let calls = 0;
  let timer: NodeJS.Timeout | null = null;

  function tick(): void {
    const now = performance.now();
    let open = false;
    for (const stream of streams.values()) {
      if (stream.advance(now, Date.now())) wake(stream);
      open ||= stream.paced && stream.durable < stream.count;
    }
    if (open || !timer) return;
    clearInterval(timer);
    timer = null;
  }

  return {
    source: {
      all: () => [...streams.values()],
      get: (sessionId) => streams.get(sessionId),
      isLive: (stream) => streams.get(stream.sessionId)?.ended === false,
      acknowledge(stream, seq) {
        const known = streams.get(stream.sessionId);
        if (known?.acknowledge(seq)) streams.delete(stream.sessionId);
      },
    },
    handlers: {
      'probe.echo': async ({ text }) => ok({ text }),
      'probe.stream': async (input) => {
        if (streams.size + input.streams > limits.probeStreams)
          return fail('HOST_BUSY', `A probe may have ${limits.probeStreams} streams at once.`, { fix: 'Ask for fewer, or wait until the others are sent.' });
        const call = ++calls;
        const now = performance.now();
        for (let n = 0; n < input.streams; n++) {
          // Spread over the interval, so that 1000 streams of one event a second are not one burst a second.
          const offsetMs = input.perSecond > 0 ? (n / input.streams) * (1000 / input.perSecond) : 0;
          const stream = new MemoryStream({ ...input, sessionId: `probe_${call}_${n}`, epoch: `probe_${call}`, beginMs: now + offsetMs });
          streams.set(stream.sessionId, stream);
          if (!stream.paced) wake(stream);
        }
        if (input.perSecond > 0) timer ??= setInterval(tick, TICK_MS);
        return ok({});
      },
    },
    close() {
      if (timer) clearInterval(timer);
      timer = null;
      streams.clear();
    },
  };
}
