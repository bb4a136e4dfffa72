/** Agent hosts as other machines run them: `acc host` as a process of its own on loopback, with a token file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PATIENCE } from './ui.ts';

const root = path.resolve(import.meta.dirname, '../..');

export type RemoteHost = {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  /** Stops answering, as when its cable is pulled; `thaw` plugs it in again. */
  freeze(): void;
  thaw(): void;
  /** Ends it without warning; `restart` starts it again on the same folder and port. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** Starts a host from the build. @param more arguments of `acc host`. @throws when it does not listen in time */
export async function startRemoteHost(name: string, more: readonly string[] = []): Promise<RemoteHost> {
  const folder = mkdtempSync(path.join(tmpdir(), 'acc-remote-'));
  const tokenFile = path.join(folder, 'token');
  const token = randomBytes(24).toString('base64url');
  writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
  let child: ChildProcess | null = null;
  const start = async (port: number): Promise<number> => {
    const args = ['host', '--listen', `127.0.0.1:${port}`, '--token-file', tokenFile, '--name', name, '--data', path.join(folder, 'data'), '--json', ...more];
    child = spawn(process.execPath, [path.join(root, 'out/acc.js'), ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const started = child;
    const along = (): void => void started.kill('SIGKILL');
    process.once('exit', along);
    started.once('exit', () => process.off('exit', along));
    return listening(started);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    ending.kill('SIGCONT');
    ending.kill(signal);
    const timer = setTimeout(() => ending.kill('SIGKILL'), 10_000);
    await new Promise((resolve) => ending.once('exit', resolve));
    clearTimeout(timer);
  };
  const port = await start(0);
  return {
    name,
    url: `ws://127.0.0.1:${port}`,
    token,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL');
      await start(port);
    },
    async close() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The host did not listen:\n${said}`));
    }, PATIENCE);
    const done = (): void => clearTimeout(timer);
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const port = /"port":(\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      done();
      resolve(Number(port));
    });
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-10_000)));
    child.once('exit', (code, signal) => {
      done();
      reject(new Error(`The host ended with ${code ?? signal}:\n${said}`));
    });
  });
}
