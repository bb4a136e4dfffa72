import { expect, test } from 'vitest';
import { objection, roomOf } from '../../../scripts/check/rooms.ts';

test.each([
  ['main/host/sessions.ts', '#store/store.ts', 'main/store/store.ts'],
  ['main/desktop/start.ts', '#core/core.ts', 'main/core/core.ts'],
  ['renderer/main.tsx', '#core/core.ts', 'main/core/core.ts'],
  ['shared/lib/id.ts', '#host/driver.ts', 'main/host/driver.ts'],
  ['main/core/core.ts', '../host/driver.ts', 'main/host/driver.ts'],
  ['main/core/core.ts', '../../test/support/x.ts', 'test/support/x.ts'],
  ['main/attic/x.ts', '#shared/lib/id.ts', 'shared/lib/id.ts'],
  ['renderer/main.tsx', 'node:fs', null],
  ['shared/lib/id.ts', 'node:crypto', null],
  ['main/core/core.ts', 'electron', null],
  ['main/core/core.ts', 'better-sqlite3', null],
  ['main/metrics/query/read.ts', 'better-sqlite3', null],
])('%s may not import %s', (from, text, to) => {
  expect(objection(from, text, to)).toEqual(expect.any(String));
});

test.each([
  ['main/core/core.ts', '#host/driver.ts', 'main/host/driver.ts'],
  ['main/core/core.ts', './router.ts', 'main/core/router.ts'],
  ['renderer/main.tsx', '#shared/lib/id.ts', 'shared/lib/id.ts'],
  ['main/desktop/window.ts', 'electron', null],
  ['main/store/sql.ts', 'better-sqlite3', null],
  ['main/metrics/storage/open.ts', 'better-sqlite3', null],
  ['main/host/sessions.ts', 'node:fs', null],
  ['test/unit/x.test.ts', '#store/store.ts', 'main/store/store.ts'],
])('%s may import %s', (from, text, to) => {
  expect(objection(from, text, to)).toBeNull();
});

test('files outside the house belong to no room', () => {
  expect([roomOf('scripts/build.ts'), roomOf('test/unit/x.test.ts'), roomOf('main/cli/main.ts')]).toEqual([null, null, 'main/cli']);
});
