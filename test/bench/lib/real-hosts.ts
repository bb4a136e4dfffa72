/** Program: real agent hosts without sessions. Argument: how many. Says their ports. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startHost } from '#host/host.ts';
import { fixedToken } from '#host/server/tokens.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { TOKEN } from './pooled.ts';
import { ready } from './program.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'acc-bench-hosts-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
process.once('SIGTERM', () => process.exit(0));

const ports: number[] = [];
for (let i = 0; i < Number(process.argv[2]); i++) {
  const host = unwrap(
    await startHost({ dataDir: path.join(folder, String(i)), address: '127.0.0.1', port: 0, tokens: fixedToken(TOKEN), version: 'bench', name: `host ${i}` }),
  );
  ports.push(host.port);
}
ready(ports);
