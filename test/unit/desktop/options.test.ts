import { expect, test } from 'vitest';
import { coreEnvironment } from '#desktop/core-environment.ts';
import { readOptions } from '#desktop/options.ts';

test('the data folder and the links are read, switches of Chromium are not', () => {
  expect(readOptions(['.', '--no-sandbox', '--data', '/d', 'acc://inbox'])).toEqual({ ok: true, value: { dataDir: '/d', links: ['acc://inbox'] } });
  expect(readOptions(['--data=/d'])).toMatchObject({ value: { dataDir: '/d' } });
  expect(readOptions([])).toEqual({ ok: true, value: { dataDir: null, links: [] } });
});

test('a --data without a folder is said, not guessed', () => {
  expect(readOptions(['--data'])).toMatchObject({ ok: false, fault: { code: 'DATA_DIR_MISSING' } });
});

test('the core gets the person’s environment without tokens and without what belongs to Electron', () => {
  const env = { PATH: '/bin', HTTPS_PROXY: 'p', ACC_TOKEN: 's', CLAUDECODE: '1', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', EMPTY: undefined };
  expect(coreEnvironment(env)).toEqual({ PATH: '/bin', HTTPS_PROXY: 'p' });
});
