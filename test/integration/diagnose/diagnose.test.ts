/** Diagnostics on this machine, with agents that are there, broken, or hang. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hostCommands } from '#shared/host-protocol/commands.ts';
import { diagnose } from '#host/diagnose/diagnose.ts';

const scratch = mkdtempSync(join(tmpdir(), 'acc-diagnose-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function program(name: string, text: string, mode = 0o755): string {
  const path = join(scratch, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, mode);
  return path;
}

test('names what is there, what is broken, and the fix for each', async () => {
  const good = program('good', 'echo "good 1.2.3"');
  const failing = program('failing', 'echo "cannot load" >&2; exit 1');
  const hanging = program('hanging', 'sleep 7383.25');
  const locked = program('locked', '', 0o644);
  const result = await diagnose({
    claudePath: join(scratch, 'gone'),
    acp: Object.entries({ gemini: good, failing, hanging, locked }).map(([name, path]) => ({ name, command: [path, '--acp'] })),
    paths: [join(scratch, 'not/there/yet'), scratch, scratch],
  });
  if (!result.ok) throw new Error(result.fault.message);
  const { findings } = hostCommands['host.diagnose'].output.parse(result.value);
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  expect(byId.size).toBe(findings.length);
  expect(byId.get('git')).toMatchObject({ status: 'ok', detail: expect.stringMatching(/^2\.\d+/) });
  expect(byId.get('node')).toMatchObject({ status: 'ok' });
  expect(byId.get('agent:claude-code')).toMatchObject({ status: 'bad', fix: expect.stringContaining('path') });
  expect(byId.get('agent:acp:gemini')).toMatchObject({ status: 'ok', detail: `good 1.2.3 · ${good}` });
  expect(byId.get('agent:acp:failing')).toMatchObject({ status: 'warn', detail: expect.stringContaining('cannot load') });
  expect(byId.get('agent:acp:hanging')).toMatchObject({ status: 'warn', detail: expect.stringContaining('did not end within 10 seconds') });
  expect(byId.get('agent:acp:locked')).toMatchObject({ status: 'bad', fix: `Run: chmod +x ${locked}` });
  const free = (path: string): string | undefined => byId.get(`disk:${path}`)?.detail.replace(` · ${path}`, '');
  expect(free(scratch)).toMatch(/^[\d.]+ GB free of [\d.]+ GB$/);
  expect(free(join(scratch, 'not/there/yet'))).toBe(free(scratch));
  for (const finding of findings) expect(finding.fix === '').toBe(finding.status === 'ok');
});
