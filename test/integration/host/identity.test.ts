/** A host is the same host after a restart on its data folder, and another one on another folder. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostId } from '#host/identity.ts';
import { greeted, testHost } from '#test/support/host-wire.ts';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'acc-identity-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Starts a host, asks who it is, and ends it. */
async function welcomed(dataDir: string): Promise<string> {
  const host = await testHost({ dataDir });
  const { welcome } = await greeted(host.port);
  await host.stop();
  return welcome.host.id;
}

test('a host that is started again on its folder says the same name, one on another folder another', async () => {
  const dir = folder();
  const first = await welcomed(dir);
  expect(first).toMatch(/^host_[0-9a-z]{26}$/);
  expect(await welcomed(dir)).toBe(first);
  expect(await welcomed(folder())).not.toBe(first);
});

test('a file that is no identity is replaced by a whole one; nothing half written stays', async () => {
  const dir = folder();
  for (const broken of ['', '{"id":"host_', '{"id":"cmd_01"}', 'null']) {
    writeFileSync(path.join(dir, 'identity.json'), broken);
    writeFileSync(path.join(dir, 'identity.json.part'), '{');
    const made = await hostId(dir);
    expect(await hostId(dir)).toBe(made);
    expect(JSON.parse(readFileSync(path.join(dir, 'identity.json'), 'utf8'))).toEqual({ id: made });
    expect(readdirSync(dir)).toEqual(['identity.json']);
  }
});

test('an identity that cannot be read is not replaced by a new one', async () => {
  const dir = folder();
  await expect(hostId(path.join(dir, 'identity.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  const file = path.join(folder(), 'a-file');
  writeFileSync(file, '');
  await expect(hostId(file)).rejects.toMatchObject({ code: 'ENOTDIR' });
});
