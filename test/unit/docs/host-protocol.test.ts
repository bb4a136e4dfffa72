/** The page of the host protocol says what the code does: frames, codes, limits, examples. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '#host/server/limits.ts';
import { MAX_EVENT_TEXT } from '#shared/domain/session-event.ts';
import { hostCommands } from '#shared/host-protocol/commands.ts';
import { CenterFrame, CloseCode, HOST_PROTOCOLS, HostFrame } from '#shared/host-protocol/frames.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/host-protocol.md'), 'utf8');
const section = (title: string): string => new RegExp(`^#+ ${title}\n([\\s\\S]*?)(?=^#)`, 'm').exec(`${page}\n#`)?.[1] ?? '';
const firstCells = (text: string): string[] => [...text.matchAll(/^\| `?([^`|]+?)`? +\|/gm)].map(([, cell]) => cell ?? '').slice(1);

const centerKinds = CenterFrame.options.map((option) => option.shape.t.value);
const hostKinds = HostFrame.options.flatMap((option) => ('shape' in option ? [option.shape.t.value] : ['reply']));

test('every frame has its line and an example that the schema takes', () => {
  for (const [title, kinds, schema] of [
    ['Center to host', centerKinds, CenterFrame],
    ['Host to center', hostKinds, HostFrame],
  ] as const) {
    const text = section(title);
    expect(
      firstCells(text)
        .filter((cell) => !cell.startsWith('-'))
        .toSorted(),
    ).toEqual([...new Set<string>(kinds)].toSorted());
    const examples = [...text.matchAll(/^ {4}(\{.*\})$/gm)].map(([, json]) => schema.parse(JSON.parse(json ?? '')));
    expect([...new Set<string>(examples.map((frame) => frame.t))].toSorted()).toEqual([...new Set<string>(kinds)].toSorted());
  }
});

test('every close code has its line', () => {
  const lines = [...section('Close codes').matchAll(/^\| (\d{4}) \| `(\w+)`/gm)].map(([, code, name]) => [name, Number(code)]);
  expect(Object.fromEntries(lines)).toEqual(CloseCode);
});

test('the version is the one that is spoken', () => {
  expect(HOST_PROTOCOLS).toEqual([Number(/describes version \*\*(\d+)\*\*/.exec(page)?.[1])]);
});

test('every family of commands is named', () => {
  const families = new Set(Object.keys(hostCommands).map((name) => name.split('.')[0]));
  for (const family of families) expect(section('Commands')).toMatch(new RegExp(`\`${family}\\.`));
});

test('every limit is the one of the code', () => {
  const MIB = 1024 * 1024;
  const told = Object.fromEntries([...section('Limits').matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].map(([, what, limit]) => [what, limit]));
  const number = (value: number): string => value.toLocaleString('en-US');
  expect(told).toMatchObject({
    'Frame, batch over HTTP': `${limits.frameBytes / MIB} MiB, either way`,
    'Nesting in a frame': `${limits.frameDepth} levels`,
    Hello: `${limits.helloMs / 1000} s after the opening`,
    'Headers, TLS handshake': `${limits.headersMs / 1000} s`,
    'Request over HTTP': `${limits.requestMs / 1000} s`,
    'Silence of a center': `${limits.silenceMs / 1000} s`,
    'Sockets of a host': `${limits.connections}, of one address ${limits.connectionsPerAddress}`,
    'Links of a host': `${limits.links}`,
    'Connections of a link': `${limits.connectionsPerLink}`,
    'On the way, per stream': `${limits.flightChars / MIB} MiB of text`,
    'One batch of a stream': `${limits.batchLines} events or ${limits.batchChars / 1024} KiB`,
    'Frame of events': `closed at ${limits.frameChars / 1024} KiB`,
    'In the channel, above which events wait': `${limits.highWater / MIB} MiB`,
    'In the channel, at which it is ended': `${limits.stuckBytes / MIB} MiB`,
    'Live text that waits, per link': `${limits.liveChars / MIB} MiB`,
    'Commands under way, per link': `${limits.commands}`,
    'Answers kept, per center': `${limits.answers}, ${limits.answersMs / 60_000} minutes, ${limits.answersChars / MIB} MiB`,
    'Streams of a probe': number(limits.probeStreams),
    'Comment on a quiet stream over HTTP': `${limits.commentMs / 1000} s`,
    'Why an HTTP connection ended is known for': `${limits.goneMs / 1000} s`,
    'Text in one event': `${number(MAX_EVENT_TEXT)} characters; the rest is counted in \`cut\``,
  });
  expect(page).toContain(`1 to ${limits.connectionsPerLink} **connections**`);
  expect(page).toContain(`bare for ${limits.answersMs / 60_000} minutes (a probe's: ${limits.probeLinkMs / 1000} s)`);
  expect(page).toContain(`The ${limits.commands + 1}th command`);
});
