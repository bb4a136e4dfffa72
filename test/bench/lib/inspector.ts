/** The heap and the loop of a running Node process, through its inspector: opened by SIGUSR1, asked for a full collection before each reading of the heap. */
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { BenchCore } from './core.ts';
import { until } from './until.ts';

export type Inspected = {
  /** Bytes of JavaScript objects that are alive. */
  used(): Promise<number>;
  /** From now on, how late its event loop is. */
  watchLoop(): Promise<void>;
  /** Milliseconds its loop was late since then. */
  lateness(): Promise<{ readonly p99: number; readonly max: number }>;
  close(): void;
};

const Answer = z.object({
  id: z.number(),
  result: z.looseObject({ usedSize: z.number().optional(), result: z.looseObject({ value: z.unknown() }).optional() }),
});

/** Between two looks at the loop, in milliseconds; they are part of what it measures. */
const LOOK_MS = 5;
const WATCH = `globalThis.lateness = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: ${LOOK_MS} }), lateness.enable()`;
const TELL = `[lateness.percentile(99), lateness.max].map((ns) => Math.max(0, ns / 1e6 - ${LOOK_MS}))`;
const Lateness = z.tuple([z.number(), z.number()]);

/**
 * @param pid the core's process or its host's: what either says on stderr ends up at the core's
 * @throws when the inspector cannot be opened (another one has port 9229, which a host's inspector always takes)
 */
export async function inspect(core: BenchCore, pid: number): Promise<Inspected> {
  const urls = (): string[] => [...core.said().matchAll(/ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/g)].map(([url]) => url);
  const before = urls().length;
  process.kill(pid, 'SIGUSR1');
  const url = await until('the inspector', () => urls()[before], 10_000);
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let last = 0;
  const ask = (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<z.infer<typeof Answer>['result']> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const timer = setTimeout(() => reject(new Error(`the inspector does not answer ${method}`)), 30_000);
      socket.on('message', function read(data: Buffer) {
        const answer = Answer.safeParse(JSON.parse(data.toString())).data;
        if (answer?.id !== id) return;
        clearTimeout(timer);
        socket.off('message', read);
        resolve(answer.result);
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  return {
    async used() {
      await ask('HeapProfiler.collectGarbage');
      return (await ask('Runtime.getHeapUsage')).usedSize ?? 0;
    },
    async watchLoop() {
      await ask('Runtime.evaluate', { expression: WATCH });
    },
    async lateness() {
      const [p99, max] = Lateness.parse((await ask('Runtime.evaluate', { expression: TELL, returnByValue: true })).result?.value);
      return { p99, max };
    },
    close: () => socket.terminate(),
  };
}
