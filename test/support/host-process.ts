/** An agent host as somebody elsewhere would run it: `acc host` in a process and a data folder of its own, on loopback. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { parseJson } from '#shared/lib/json.ts';

export const HOST_TOKEN = 'the-token-of-a-host-in-a-process-of-its-own';
const Listening = z.object({ type: z.literal('listening'), port: z.number(), otlp: z.number().nullable().default(null) });
const START_MS = 60_000;

export type HostProcess = {
  readonly port: number;
  /** Of its telemetry receiver; null without one. */
  readonly otlp: number | null;
  readonly dataDir: string;
  readonly child: ChildProcess;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

/** @param port 0 takes a free one; a host that is started again may want the one it had */
export async function startHostProcess(dataDir: string, port = 0, more: readonly string[] = []): Promise<HostProcess> {
  mkdirSync(dataDir, { recursive: true });
  const tokenFile = path.join(dataDir, 'token');
  writeFileSync(tokenFile, `${HOST_TOKEN}\n`, { mode: 0o600 });
  const args = ['main/cli/main.ts', 'host', '--json', '--data', dataDir, '--listen', `127.0.0.1:${port}`, '--token-file', tokenFile, ...more];
  const env = { ...process.env, HOME: dataDir };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const listening = await new Promise<z.infer<typeof Listening>>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the host did not start: ${said}`)), START_MS);
    child.once('exit', () => reject(new Error(`the host ended: ${said}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const read = Listening.safeParse(parseJson(line));
      if (!read.success) return;
      clearTimeout(timer);
      resolve(read.data);
    });
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  return { port: listening.port, otlp: listening.otlp, dataDir, child, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}
