/**
 * The `env` of Claude Code's user settings: the lines that send telemetry here, put in and taken out. Everything else in the file stays
 * byte by byte; the file as it was is kept beside it; what is written is there as a whole or not at all.
 */
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { parseJson } from '#shared/lib/json.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { memberText, setMember } from './json-member.ts';

const AgentSettings = z.looseObject({ env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional() });
/** By these somebody tells where telemetry goes. */
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';

export type Lines = Readonly<Record<string, string>>;

export const agentSettingsFile = (): string => path.join(process.env['CLAUDE_CONFIG_DIR'] || path.join(os.homedir(), '.claude'), 'settings.json');

/** What a session needs in its environment to report to a receiver. */
export const telemetryLines = (endpoint: string, token: string): Lines => ({
  CLAUDE_CODE_ENABLE_TELEMETRY: '1',
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
  [ENDPOINT]: endpoint,
  [HEADERS]: `Authorization=Bearer ${token}`,
});

/** True when the file has all of them. A file that cannot be read has none. */
export function hasLines(file: string, lines: Lines): boolean {
  const read = readSettings(file);
  return read.ok && Object.entries(lines).every(([name, value]) => read.value.env[name] === value);
}

export type LineChange = { readonly name: string; readonly before: string | null; readonly after: string | null };

/**
 * What `writeLines` would change, or `removeLines` when all of them are there. A header of somebody else's is a secret: it is not told.
 * @returns what `writeLines` fails with
 */
export function changeOf(file: string, lines: Lines): Result<LineChange[]> {
  const read = writable(file, lines);
  if (!read.ok) return read;
  const { env } = read.value;
  if (hasLines(file, lines)) return ok(Object.entries(lines).map(([name, before]) => ({ name, before, after: null })));
  return ok(
    Object.entries(lines).flatMap(([name, after]) => {
      const known = env[name];
      if (known === after) return [];
      return [{ name, before: known === undefined ? null : name === HEADERS ? 'another value' : String(known), after }];
    }),
  );
}

/** @returns AGENT_SETTINGS_UNUSABLE, TELEMETRY_ELSEWHERE when the file sends it to another place */
export function writeLines(file: string, lines: Lines): Result<void> {
  const read = writable(file, lines);
  if (!read.ok) return read;
  const { text } = read.value;
  let object = memberText(text, 'env') ?? '{}';
  for (const [name, value] of Object.entries(lines)) object = setMember(object, name, JSON.stringify(value));
  return replace(file, text, setMember(text, 'env', object));
}

function writable(file: string, lines: Lines): Result<Read> {
  const read = readSettings(file);
  if (!read.ok) return read;
  const { env } = read.value;
  if (env[ENDPOINT] !== undefined && env[HEADERS] !== lines[HEADERS]) {
    return fail('TELEMETRY_ELSEWHERE', 'Claude Code sends its telemetry to another place already.', {
      why: `${file} names ${env[ENDPOINT]}.`,
      fix: `Take ${ENDPOINT} out of "env" in that file first, or let that collector pass on what it gets to this app.`,
    });
  }
  return read;
}

/** Takes out what `writeLines` put in, and nothing of anybody else. @returns AGENT_SETTINGS_UNUSABLE */
export function removeLines(file: string, lines: Lines): Result<void> {
  const read = readSettings(file);
  if (!read.ok) return read;
  const { text, env } = read.value;
  const known = memberText(text, 'env');
  if (known === null || env[HEADERS] !== lines[HEADERS]) return ok(undefined);
  let object = known;
  for (const name of Object.keys(lines)) object = setMember(object, name, null);
  return replace(file, text, setMember(text, 'env', memberless(object) ? null : object));
}

const memberless = (object: string): boolean => /^\{\s*\}$/.test(object);

type Read = { readonly text: string; readonly env: Readonly<Record<string, string | number | boolean>> };

function readSettings(file: string): Result<Read> {
  try {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}\n';
    const settings = AgentSettings.safeParse(parseJson(text.trim() === '' ? '{}' : text));
    if (settings.success) return ok({ text: text.trim() === '' ? '{}\n' : text, env: settings.data.env ?? {} });
    return unusable(
      file,
      'It is not the JSON that Claude Code reads: an object, without comments, whose "env" is an object.',
      'Put the file right, or set the lines yourself.',
    );
  } catch (error) {
    return unusable(file, said(error), 'Check the rights of the file, or set the lines yourself.');
  }
}

function replace(file: string, before: string, after: string): Result<void> {
  if (before === after) return ok(undefined);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    // Settings that are a link to somewhere stay one.
    const real = existsSync(file) ? realpathSync(file) : file;
    const part = `${real}.acc-new`;
    rmSync(part, { force: true });
    // The token stands in it now: nobody else is to read it.
    writeFileSync(part, after, { mode: 0o600, flush: true });
    if (existsSync(real)) {
      if (readFileSync(real, 'utf8') !== before && before.trim() !== '{}') return unusable(file, 'Somebody changed it at the same moment.', 'Try again.');
      writeFileSync(`${real}.acc-backup`, readFileSync(real), { mode: statSync(real).mode & 0o600, flush: true });
    }
    renameSync(part, real);
    return ok(undefined);
  } catch (error) {
    return unusable(file, said(error), 'Check the rights of the folder, or set the lines yourself.');
  }
}

const unusable = (file: string, why: string, fix: string): Result<never> =>
  fail('AGENT_SETTINGS_UNUSABLE', `Claude Code's settings in ${file} were left as they are.`, { why, fix });
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
