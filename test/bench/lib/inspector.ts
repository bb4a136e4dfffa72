/** The heap of a running Node process, through its inspector: opened by SIGUSR1, asked for a full collection before each reading. */
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { BenchCore } from './core.ts';
import { until } from './until.ts';

export type Heap = {
  /** Bytes of JavaScript objects that are alive. */
  used(): Promise<number>;
  close(): void;
};

const Answer = z.object({ id: z.number(), result: z.looseObject({ usedSize: z.number().optional() }) });

/**
 * @param pid the core's process or its host's: what either says on stderr ends up at the core's
 * @throws when the inspector cannot be opened (another one has port 9229, which a host's inspector always takes)
 */
export async function openHeap(core: BenchCore, pid: number): Promise<Heap> {
  const urls = (): string[] => [...core.said().matchAll(/ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/g)].map(([url]) => url);
  const before = urls().length;
  process.kill(pid, 'SIGUSR1');
  const url = await until('the inspector', () => urls()[before], 10_000);
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let last = 0;
  const ask = (method: string): Promise<z.infer<typeof Answer>['result']> =>
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
      socket.send(JSON.stringify({ id, method }));
    });
  return {
    async used() {
      await ask('HeapProfiler.collectGarbage');
      return (await ask('Runtime.getHeapUsage')).usedSize ?? 0;
    },
    close: () => socket.terminate(),
  };
}
