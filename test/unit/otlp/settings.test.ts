/** Claude Code's settings after the app's hand was in them: ours in, ours out, every other byte as it was. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasLines, removeLines, telemetryLines, writeLines } from '#core/telemetry/agent-settings.ts';
import { setMember } from '#core/telemetry/json-member.ts';
import { unwrap } from '#shared/lib/fault.ts';

let folder = '';
let file = '';
const lines = telemetryLines('http://127.0.0.1:4318', 't'.repeat(43));
const read = (): string => readFileSync(file, 'utf8');
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'acc-settings-'));
  file = path.join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file that was not there is made, and holds nothing when ours goes', () => {
  unwrap(writeLines(file, lines));
  expect(JSON.parse(read())).toEqual({ env: lines });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(hasLines(file, lines)).toBe(true);
  unwrap(removeLines(file, lines));
  expect(JSON.parse(read())).toEqual({});
});

test('what else is there stays byte by byte, and comes back as it was', () => {
  const before = '{\n\t"permissions": { "allow": ["Bash(ls: *)", "\\"}{"] },\n\t"env": {\n\t\t"EDITOR" : "vi",\n\t\t"N": 1e3\n\t},\n\t"model":"opus"\n}\n';
  writeFileSync(file, before);
  unwrap(writeLines(file, lines));
  expect(JSON.parse(read())).toMatchObject({ permissions: { allow: ['Bash(ls: *)', '"}{'] }, env: { EDITOR: 'vi', ...lines }, model: 'opus' });
  for (const part of ['\t"permissions": { "allow": ["Bash(ls: *)", "\\"}{"] },\n', '"EDITOR" : "vi"', '"N": 1e3', '\t"model":"opus"\n}\n'])
    expect(read()).toContain(part);
  expect(readFileSync(`${file}.acc-backup`, 'utf8')).toBe(before);
  unwrap(writeLines(file, telemetryLines('http://127.0.0.1:5000', 't'.repeat(43))));
  expect(hasLines(file, lines)).toBe(false);
  unwrap(removeLines(file, lines));
  expect(read()).toBe(before);
});

test('a file that is no JSON is left alone', () => {
  for (const text of ['{ // mine\n}', '[]', '{"env": []}', '{"env": {}', 'null']) {
    writeFileSync(file, text);
    expect(writeLines(file, lines)).toMatchObject({ ok: false, fault: { code: 'AGENT_SETTINGS_UNUSABLE' } });
    expect(read()).toBe(text);
  }
});

test('telemetry that goes to another place is not turned away from it', () => {
  const before = '{"env":{"OTEL_EXPORTER_OTLP_ENDPOINT":"https://collector.example","OTEL_EXPORTER_OTLP_HEADERS":"x=y"}}';
  writeFileSync(file, before);
  expect(writeLines(file, lines)).toMatchObject({ ok: false, fault: { code: 'TELEMETRY_ELSEWHERE' } });
  unwrap(removeLines(file, lines));
  expect(read()).toBe(before);
});

test('settings that are a link stay one', () => {
  const real = path.join(folder, 'dotfiles.json');
  writeFileSync(real, '{}\n');
  chmodSync(real, 0o644);
  symlinkSync(real, file);
  unwrap(writeLines(file, lines));
  expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual({ env: lines });
  expect(statSync(real).mode & 0o777).toBe(0o600);
});

test('one member of any object changes, no other', () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue());
  const spaces = fc.constantFrom(undefined, 1, '\t');
  fc.assert(
    fc.property(objects, fc.string(), fc.jsonValue(), spaces, (object, key, value, space) => {
      if (key === '__proto__' || Object.hasOwn(object, '__proto__')) return;
      const text = JSON.stringify(object, null, space);
      const changed = setMember(text, key, JSON.stringify(value));
      const want = JSON.parse(JSON.stringify({ ...object, [key]: value }));
      expect(JSON.parse(changed)).toEqual(want);
      const { [key]: _gone, ...rest } = want;
      expect(JSON.parse(setMember(changed, key, null))).toEqual(rest);
      if (!Object.hasOwn(object, key) && Object.keys(object).length > 0) expect(setMember(changed, key, null)).toBe(text);
    }),
  );
});
