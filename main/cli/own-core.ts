/** Starts a core in this process and serves it: what `acc start --headless` is, and what other commands do when no core runs. */
import path from 'node:path';
import { createCore } from '#core/core.ts';
import { startServer, type RunningServer } from '#server/server.ts';
import { ok, type Result } from '#shared/lib/fault.ts';
import { version } from '#core/version.ts';

export type OwnCoreOptions = {
  readonly dataDir: string;
  readonly mode: 'headless' | 'command';
  readonly address: string;
  readonly port: number;
  readonly token?: string;
  readonly hostNames?: readonly string[];
};

export type OwnCore = { readonly server: RunningServer; close(): Promise<void> };

export async function startOwnCore(options: OwnCoreOptions): Promise<Result<OwnCore>> {
  const core = await createCore({
    dataDir: options.dataDir,
    mode: options.mode,
    version,
    log: (text) => process.stderr.write(text.endsWith('\n') ? text : `${text}\n`),
  });
  if (!core.ok) return core;
  const server = await startServer({
    core: core.value,
    dataDir: options.dataDir,
    address: options.address,
    port: options.port,
    uiDir: path.join(import.meta.dirname, 'renderer'),
    ...(options.token ? { token: options.token } : {}),
    ...(options.hostNames ? { hostNames: options.hostNames } : {}),
  });
  if (!server.ok) {
    await core.value.close();
    return server;
  }
  return ok({
    server: server.value,
    async close() {
      await server.value.close();
      await core.value.close();
    },
  });
}
