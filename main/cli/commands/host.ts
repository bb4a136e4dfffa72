/**
 * `acc host`: an agent host for control centers elsewhere.
 *
 *   serving ──SIGTERM──► draining (at most --drain-seconds) ──► ending            Ctrl-C, or a second signal: ending at once
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dataDir, makeDataDir } from '#core/data-dir.ts';
import { version } from '#core/version.ts';
import { startHost } from '#host/host.ts';
import { openCertificates, type Certificates } from '#host/server/certificates.ts';
import { openTokenFile } from '#host/server/token-file.ts';
import { fail, unwrap } from '#shared/lib/fault.ts';
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { plain, print, printJson } from '../output.ts';

const MAX_DRAIN_SECONDS = 24 * 60 * 60;

export async function host(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      json: { type: 'boolean' },
      listen: { type: 'string' },
      name: { type: 'string' },
      'token-file': { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'client-ca': { type: 'string' },
      insecure: { type: 'boolean' },
      'open-metrics': { type: 'boolean' },
      otlp: { type: 'string' },
      'drain-seconds': { type: 'string', default: '0' },
    },
  });
  const listen = endpoint(values.listen);
  if (!listen) throw new UsageError('host needs --listen ADDRESS:PORT');
  const otlp = values.otlp === undefined ? null : endpoint(values.otlp);
  if (values.otlp !== undefined && !otlp) throw new UsageError('--otlp needs ADDRESS:PORT');
  if (!values['token-file']) throw new UsageError('host needs --token-file F');
  const drainSeconds = /^\d{1,6}$/.test(values['drain-seconds']) ? Number(values['drain-seconds']) : Number.NaN;
  if (!(drainSeconds <= MAX_DRAIN_SECONDS)) throw new UsageError(`--drain-seconds is a whole number up to ${MAX_DRAIN_SECONDS}`);
  const { 'tls-cert': cert, 'tls-key': key, 'client-ca': clientCa } = values;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--tls-cert and --tls-key belong together');
  if (clientCa !== undefined && cert === undefined) throw new UsageError('--client-ca needs --tls-cert and --tls-key');
  const { address, port } = listen;
  if (!isLoopback(address) && cert === undefined && !values.insecure) {
    unwrap(
      fail('TLS_REQUIRED', `The agent host does not listen on ${address} without TLS.`, {
        why: 'Token, prompts and code would cross the network for everybody to read.',
        fix: 'Give --tls-cert and --tls-key, listen on 127.0.0.1 behind a tunnel or a TLS proxy, or say --insecure when the network itself is private.',
      }),
    );
  }

  // There is no TLS in front of it: its token and figures would cross the network for everybody to read.
  if (otlp && !isLoopback(otlp.address) && !values.insecure) {
    unwrap(
      fail('TLS_REQUIRED', `The agent host does not receive telemetry on ${otlp.address} without TLS.`, {
        fix: 'Give a loopback address to --otlp, behind a TLS proxy where sessions elsewhere report here, or say --insecure when the network itself is private.',
      }),
    );
  }

  const warn = (text: string): void => void process.stderr.write(`acc: ${plain(text)}\n`);
  const folder = path.join(dataDir(values.data), 'host');
  unwrap(makeDataDir(folder));
  const certificates: Certificates | undefined =
    cert !== undefined && key !== undefined ? unwrap(await openCertificates({ cert, key, clientCa }, warn)) : undefined;
  const tokens = unwrap(await openTokenFile(values['token-file'], warn));
  const ends = signals();
  const running = unwrap(
    await startHost({
      dataDir: folder,
      address,
      port,
      tokens,
      version,
      name: values.name,
      certificates,
      openMetrics: values['open-metrics'],
      otlp: otlp ? { ...otlp, whenAsked: false } : undefined,
    }),
  );
  if (values.json) printJson({ type: 'listening', address, port: running.port, tls: certificates !== undefined, ...(otlp ? { otlp: running.otlpPort } : {}) });
  else print(`The agent host listens on ${address}:${running.port}${certificates ? ' with TLS' : ''}. End it with Ctrl-C.`);
  if (otlp && !values.json) print(`It receives telemetry on ${otlp.address}:${running.otlpPort ?? otlp.port}; the token is in otlp.json in ${folder}.`);
  if ((await ends.next()) === 'SIGTERM' && drainSeconds > 0) {
    warn(`No new sessions are taken; the host ends when those it has are done, in ${drainSeconds} s at the latest.`);
    await Promise.race([running.drain('the host was asked to end', drainSeconds * 1000), ends.next()]);
  }
  await running.stop();
  return Exit.ok;
}

/** ADDRESS:PORT, an IPv6 address in brackets; null for anything else. */
function endpoint(text = ''): { address: string; port: number } | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:]+)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  return match && port <= 65_535 ? { address: match[1] ?? match[2] ?? '', port } : null;
}

/** True for addresses that only this machine reaches. */
const isLoopback = (address: string): boolean => address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);

/** The signals that end a host, one at a time, also those that came before they were asked for. */
function signals(): { next(): Promise<NodeJS.Signals> } {
  const come: NodeJS.Signals[] = [];
  let wake: (() => void) | null = null;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      come.push(signal);
      wake?.();
    });
  }
  return {
    async next() {
      for (;;) {
        const signal = come.shift();
        if (signal) return signal;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
