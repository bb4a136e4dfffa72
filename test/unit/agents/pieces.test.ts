import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LiveParts } from '#agents/dispatcher/live-parts.ts';
import { toBlocked, toRest, toWorking, workedMs } from '#agents/dispatcher/timing.ts';
import { branchOf, folderOf, slugOf, workspaceOf } from '#agents/dispatcher/workspace.ts';
import { hostsOf, siteOn } from '#agents/placement/sites.ts';
import { addMessage, GO_ON, resumePrompt } from '#agents/dispatcher/prompt.ts';
import { RepositorySettings } from '#shared/domain/repository.ts';

test('working and blocked time add up to the time that passed, also when the clock is set back', () => {
  const step = fc.record({ to: fc.constantFrom('work', 'block', 'rest'), ms: fc.integer({ min: -1000, max: 5000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const row: { activeMs: number; blockedMs: number; activeSince: number | null; blockedSince: number | null } = {
        activeMs: 0,
        blockedMs: 0,
        activeSince: null,
        blockedSince: null,
      };
      let now = 1_000_000;
      let passed = 0;
      for (const { to, ms } of steps) {
        if (row.activeSince !== null || row.blockedSince !== null) passed += Math.max(0, ms);
        now += ms;
        Object.assign(row, to === 'work' ? toWorking(row, now) : to === 'block' ? toBlocked(row, now) : toRest(row, now));
        expect(row.activeSince === null || row.blockedSince === null).toBe(true);
      }
      expect(row.activeMs + row.blockedMs).toBe(passed);
      expect(workedMs(row, now)).toBe(row.activeMs);
    }),
  );
});

test('a name of a folder and a branch is safe whatever the title, and stays the same', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (title) => /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(slugOf(title))));
  expect(slugOf('Ärger mit Übergröße: /etc/passwd')).toBe('arger-mit-ubergro-e-etc-passwd');
  const repository = {
    id: 'rep_1',
    path: '/r',
    name: 'r',
    vcs: 'git' as const,
    settings: RepositorySettings.parse({}),
    present: true,
    addedAt: 0,
    archivedAt: null,
    rev: 1,
  };
  const task = { id: 'tsk_abcdef123456', title: 'Fix it', isolation: { mode: 'worktree' as const, base: '' } };
  const inPlace = { ...task, isolation: { mode: 'in-place' as const } };
  const here = siteOn(repository, { hostId: 'local', identity: null }, '/data');
  if (!here) throw new Error('no place on this machine');
  expect([branchOf(task, 1), branchOf(task, 3), branchOf(inPlace, 1)]).toEqual(['acc/fix-it-123456', 'acc/fix-it-123456-3', null]);
  expect([folderOf(task, branchOf(task, 1), here), folderOf(inPlace, null, here)]).toEqual(['/data/worktrees/rep_1/fix-it-123456', '/r']);

  const far = { hostId: 'far', identity: { id: 'h', name: 'far', version: '1', pid: 1, platform: 'linux', startedAt: 0, boot: 'b', workRoot: '/work-root' } };
  const both = { ...repository, settings: { ...repository.settings, worktreeRoot: '/mine/', hosts: [{ hostId: 'far', path: '/far/r' }] } };
  expect([hostsOf(repository), hostsOf(both)]).toEqual([['local'], ['local', 'far']]);
  expect(hostsOf({ settings: { ...both.settings, onThisMachine: false } })).toEqual(['far']);
  expect(hostsOf({ settings: { ...repository.settings, onThisMachine: false } })).toEqual(['local']);
  expect(siteOn(both, { hostId: 'local', identity: null }, '/data')?.worktrees).toBe('/mine');
  const there = siteOn(both, far, '/data');
  expect(there).toEqual({
    hostId: 'far',
    path: '/far/r',
    worktrees: '/work-root/worktrees/rep_1',
    roots: ['/work-root/worktrees/rep_1'],
    snapshots: '/work-root/snapshots/rep_1',
  });
  expect([siteOn(repository, far, '/data'), siteOn(both, { ...far, identity: null }, '/data')]).toEqual([null, null]);
  expect(siteOn(repository, far, '/data', '/far/r')?.path).toBe('/far/r');
  if (!there) throw new Error('no place on the other host');
  expect(workspaceOf(task, { cwd: '/work-root/worktrees/rep_1/fix-it-123456', branch: 'acc/fix-it-123456' }, both, there)).toMatchObject({
    repository: '/far/r',
  });
});

test('what is written now is shown whole, whatever parts are lost, and goes when the block is there', () => {
  const live = new LiveParts();
  const add = (offset: number, text: string): void => live.add('s', { blockId: 'b', kind: 'text', offset, text });
  const shown = (): string | undefined => live.blocks('s').get('b')?.text;
  add(0, 'Hel');
  add(3, 'lo');
  expect(shown()).toBe('Hello');
  add(9, 'lost before');
  expect(shown()).toBe('Hello');
  add(0, 'Hello again');
  expect(shown()).toBe('Hello again');
  live.settle('s', { kind: 'text', blockId: 'b', text: 'Hello again.' });
  expect(shown()).toBeUndefined();
  for (let block = 0; block < 1000; block++) live.add('s', { blockId: `b${block}`, kind: 'text', offset: 0, text: 'x' });
  expect(live.blocks('s').size).toBeLessThanOrEqual(64);
});

test('an agent that remembers gets the message alone; one that does not gets its task with it', () => {
  const agent = { kind: 'claude-code' as const, name: '', command: [], model: '' };
  expect(resumePrompt({ agent, agentSessionId: 'a' }, 'task', '', 'person')).toEqual({ text: GO_ON, from: 'app' });
  expect(resumePrompt({ agent, agentSessionId: 'a' }, 'task', 'and tests', 'review')).toEqual({ text: 'and tests', from: 'review' });
  expect(resumePrompt({ agent, agentSessionId: null }, 'task', '', 'person')).toBeNull();
  expect(resumePrompt({ agent: { ...agent, kind: 'command' }, agentSessionId: null }, 'task', 'and tests', 'review')?.text).toBe('task\n\nand tests');
  expect(addMessage(null, 'task', 'more').text).toBe('task\n\nmore');
  expect(addMessage({ text: GO_ON, from: 'app' }, 'task', 'more')).toEqual({ text: 'more', from: 'person' });
});
