/** A core that dies between the host's act and its own commit neither loses a merge nor does it twice. */
import { expect, test } from 'vitest';
import type { HostCommand } from '#shared/host-protocol/commands.ts';
import { unwrap, type Result } from '#shared/lib/fault.ts';
import { unanswered } from '#test/support/in-process-host.ts';
import { setting, type Setting } from './desk.ts';

class Killed extends Error {}
/** Ends the act at a command as a kill would: nothing after it runs. */
const killAt = (wanted: HostCommand) => (name: HostCommand) => {
  if (name === wanted) throw new Killed(name);
  return undefined;
};
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.fault.code);

async function waiting(desk: Setting): Promise<string> {
  const { sessionId, work } = await desk.session();
  work.write('new.txt', 'new\n');
  return unwrap(await desk.review.collect(sessionId))?.id ?? '';
}

test.each(['before', 'after'] as const)('killed %s the host merged: the next start ends with one merge that can be undone', async (moment) => {
  const desk = setting();
  const id = await waiting(desk);
  const before = desk.repo.git(['rev-parse', 'main']);
  desk.host.hooks = { [moment]: killAt('workspace.merge') };
  await expect(desk.review.approve(id, {}, 'ada')).rejects.toBeInstanceOf(Killed);
  expect(desk.store.changes.get(id)?.status).toBe('waiting');
  desk.host.hooks = {};
  desk.restart();
  await desk.review.recover('test');
  await desk.review.recover('test');
  const sha = desk.repo.git(['rev-parse', 'main']);
  expect(desk.store.changes.get(id)).toMatchObject({ status: 'merged', mergedSha: sha, mergedBefore: before });
  expect(desk.repo.git(['rev-list', '--count', `${before}..main`])).toBe('1');
  const keys = desk.host.calls.filter((call) => call.name === 'workspace.merge').map((call) => call.key);
  expect(new Set(keys).size).toBe(1);
  expect(unwrap(await desk.review.undo(id, 'ada')).status).toBe('waiting');
  expect(desk.repo.git(['rev-parse', 'main'])).toBe(before);
});

test('killed with the merge done into a branch that is checked out nowhere: it is known, and can be undone', async () => {
  const desk = setting();
  desk.repo.git(['branch', 'release']);
  const id = await waiting(desk);
  const before = desk.repo.git(['rev-parse', 'release']);
  desk.host.hooks = { after: killAt('workspace.merge') };
  await expect(desk.review.approve(id, { target: 'release' }, 'ada')).rejects.toBeInstanceOf(Killed);
  desk.host.hooks = {};
  desk.restart();
  await desk.review.recover('test');
  const sha = desk.repo.git(['rev-parse', 'release']);
  expect(desk.store.changes.get(id)).toMatchObject({ status: 'merged', targetBranch: 'release', mergedSha: sha, mergedBefore: before });
  expect(desk.repo.git(['rev-list', '--count', `${before}..release`])).toBe('1');
  expect(unwrap(await desk.review.undo(id, 'ada')).status).toBe('waiting');
  expect(desk.repo.git(['rev-parse', 'release'])).toBe(before);
});

test('killed with the merge done, and a person goes on from it: the merge keeps its own commit, and an undo takes nothing else away', async () => {
  const desk = setting();
  const id = await waiting(desk);
  const before = desk.repo.git(['rev-parse', 'main']);
  desk.host.hooks = { after: killAt('workspace.merge') };
  await expect(desk.review.approve(id, {}, 'ada')).rejects.toBeInstanceOf(Killed);
  desk.host.hooks = {};
  const merged = desk.repo.git(['rev-parse', 'main']);
  desk.repo.write('mine.txt', 'mine\n');
  const mine = desk.repo.commit('Mine');
  desk.restart();
  await desk.review.recover('test');
  expect(desk.store.changes.get(id)).toMatchObject({ status: 'merged', mergedSha: merged, mergedBefore: before });
  expect(codeOf(await desk.review.undo(id, 'ada'))).toBe('TARGET_MOVED');
  expect(desk.repo.git(['rev-parse', 'main'])).toBe(mine);
});

test.each(['before', 'after'] as const)('killed %s the host took a merge back: the next start ends with the branch where it was', async (moment) => {
  const desk = setting();
  const id = await waiting(desk);
  const before = desk.repo.git(['rev-parse', 'main']);
  unwrap(await desk.review.approve(id, {}, 'ada'));
  desk.host.hooks = { [moment]: killAt('workspace.unmerge') };
  await expect(desk.review.undo(id, 'ada')).rejects.toBeInstanceOf(Killed);
  desk.host.hooks = {};
  desk.restart();
  await desk.review.recover('test');
  expect(desk.store.changes.get(id)).toMatchObject({ status: 'waiting', mergedSha: null });
  expect(desk.repo.git(['rev-parse', 'main'])).toBe(before);
});

test('a host that does not answer leaves the approval open: nothing else is decided until it has said what it did', async () => {
  const desk = setting();
  const id = await waiting(desk);
  desk.host.hooks = { after: (name) => (name === 'workspace.merge' ? unanswered() : undefined) };
  expect(codeOf(await desk.review.approve(id, {}, 'ada'))).toBe('HOST_UNREACHABLE');
  expect(codeOf(await desk.review.reject(id, '', 'ada'))).toBe('CHANGE_BUSY');
  desk.host.hooks = {};
  expect(unwrap(await desk.review.approve(id, {}, 'ada')).status).toBe('merged');
  expect(desk.repo.git(['rev-list', '--count', 'main'])).toBe('2');
});

test('a merge the host refuses is taken off the books, and an undo that comes too late changes nothing', async () => {
  const desk = setting();
  const id = await waiting(desk);
  expect(codeOf(await desk.review.approve(id, { target: 'nowhere' }, 'ada'))).toBe('TARGET_NOT_FOUND');
  expect(desk.store.decisions.unsettled()).toEqual([]);
  unwrap(await desk.review.approve(id, {}, 'ada'));
  desk.repo.write('later.txt', 'later\n');
  const later = desk.repo.commit('Later');
  expect(codeOf(await desk.review.undo(id, 'ada'))).toBe('TARGET_MOVED');
  expect(desk.store.changes.get(id)?.status).toBe('merged');
  expect(desk.repo.git(['rev-parse', 'main'])).toBe(later);
});
