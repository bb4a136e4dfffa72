/** The packed app, without Electron's runtime: a stand-in for its folder holds the fuse wire, so packing needs no network. */
import { extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'acc-package-'));
const app = path.join(folder, 'dist/linux-unpacked');
const archive = path.join(app, 'resources/app.asar');
/** Electron's own marks: where the fuses are, their version, their number, and each of them as delivered. */
const FUSE_WIRE = Buffer.concat([Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'), Buffer.from([1, 9]), Buffer.from('101001101')]);

beforeAll(() => {
  const runtime = path.join(folder, 'runtime');
  mkdirSync(path.join(runtime, 'resources'), { recursive: true });
  mkdirSync(path.join(runtime, 'locales'));
  writeFileSync(path.join(runtime, 'electron'), Buffer.concat([Buffer.alloc(64), FUSE_WIRE, Buffer.alloc(64)]));
  chmodSync(path.join(runtime, 'electron'), 0o755);
  for (const name of ['version', 'LICENSE', 'locales/en-US.pak']) writeFileSync(path.join(runtime, name), 'stand-in');
  const args = ['--linux', '--x64', '--dir', `-c.electronDist=${runtime}`, `-c.directories.output=${path.join(folder, 'dist')}`];
  const program = path.join(root, 'node_modules/electron-builder/cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--config', 'electron-builder.yml', '--publish', 'never', ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 110_000,
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the archive holds the built programs, the page and the SQLite addon, and nothing else', () => {
  const files = listPackage(archive, { isPack: false }).map((file) => file.replaceAll('\\', '/'));
  expect(files).toEqual(
    expect.arrayContaining([
      '/package.json',
      '/LICENSE',
      '/out/desktop/main.js',
      '/out/core/main.js',
      '/out/host.js',
      '/out/preload.cjs',
      '/out/renderer/index.html',
      '/resources/tray.png',
    ]),
  );
  const foreign = files.filter((file) => !/^\/(package\.json|LICENSE|out|resources|node_modules)(\/|$)/.test(file));
  const packages = new Set(files.flatMap((file) => /^\/node_modules\/([^/]+)/.exec(file)?.[1] ?? []));
  expect(foreign).toEqual([]);
  expect([...packages]).toEqual(['better-sqlite3']);
  expect(files.filter((file) => /\.(map|ts|tsx|c|cpp)$|\.stamps|\/test\//.test(file))).toEqual([]);
});

test('the entry that the manifest names is in the archive', () => {
  const { main } = z.object({ main: z.string() }).parse(JSON.parse(extractFile(archive, 'package.json').toString('utf8')));
  expect(extractFile(archive, main).length).toBeGreaterThan(1000);
});

test('the addon of this platform alone lies outside the archive, where the system can load it', () => {
  const addons = path.join(app, 'resources/app.asar.unpacked/node_modules/better-sqlite3/prebuilds');
  expect(existsSync(path.join(addons, 'linux-x64.node'))).toBe(true);
  expect(existsSync(path.join(addons, 'darwin-arm64.node'))).toBe(false);
});

test('19: the fuses are set', async () => {
  const wire = await getCurrentFuseWire(path.join(app, 'automatic-claude-code'));
  const isOn = (fuse: FuseV1Options): boolean => String.fromCodePoint(wire[fuse] ?? 0) === '1';
  expect({
    nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
    cookies: isOn(FuseV1Options.EnableCookieEncryption),
    integrity: isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
    fileProtocol: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
    runAsNode: isOn(FuseV1Options.RunAsNode),
  }).toEqual({ nodeOptions: false, inspect: false, cookies: true, integrity: true, onlyAsar: true, fileProtocol: false, runAsNode: true });
});

test('our part of the download stays small', () => {
  expect(statSync(archive).size / 1_000_000).toBeLessThan(15);
});
