/** A host that is killed at any moment of a merge: asked again with the same key, it says what was done, and does it once. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { merge, unmerge } from '#host/workspace/index.ts';
import { SLOW, useSandbox, value, worktree, snapshot } from '../../integration/workspace/use.ts';

const sandbox = useSandbox();
/** Moments of the kill, in milliseconds after the merge was asked for: from before its first git to after its last. */
const MOMENTS = [0, 10, 20, 30, 40, 55, 70, 90, 120, 200];

test.each(['nowhere', 'in the repository'])('the target is checked out %s', { timeout: SLOW * 2 }, async (where) => {
  const repo = sandbox().repo({ files: { 'a.txt': 'one\n' } });
  const target = where === 'nowhere' ? 'release' : 'main';
  if (where === 'nowhere') repo.git(['branch', 'release']);
  for (const [round, moment] of MOMENTS.entries()) {
    const { place, base, branch, tree } = await worktree(repo, `kill-${target}-${round}`, { base: target });
    tree.write(`made-${round}.txt`, 'made\n');
    const input = {
      ...place,
      base,
      branch,
      target,
      method: 'squash' as const,
      message: 'Made',
      key: `cmd_${target}${round}`,
      snapshot: value(await snapshot(place)).tree,
    };
    const before = repo.git(['rev-parse', target]);
    await killedMerge(input, moment, sandbox().root);
    const seen = repo.git(['rev-parse', target]);
    const answer = value(await merge(input));
    const after = repo.git(['rev-parse', target]);
    expect(answer).toEqual({ merged: true, sha: after, before });
    if (seen !== before) expect(after).toBe(seen);
    expect(repo.git(['rev-list', '--count', `${before}..${target}`])).toBe('1');
    expect(repo.git(['status', '--porcelain'])).toBe('');
    expect(value(await merge(input))).toEqual(answer);
    if (round % 2 === 1) {
      value(await unmerge({ repository: repo.path, target, sha: after, before }));
      expect(repo.git(['rev-parse', target])).toBe(before);
    }
  }
});

/** Merges in a process of its own that dies `moment` milliseconds into it, with the git it runs at that time. */
async function killedMerge(input: object, moment: number, root: string): Promise<void> {
  const child = spawn(process.execPath, [path.resolve('test/faults/host/victim.ts'), JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await pause(moment); // the moment of the kill is the point of the test
  child.kill('SIGKILL');
  await exited;
  // A git that was running outlives the host for its last moments, as it does in life.
  for (const until = Date.now() + 30_000; Date.now() < until && gitWorksIn(root);) await pause(20);
}

/** Whether any git works in a folder below `root`. */
function gitWorksIn(root: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(root) && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('git');
    } catch {
      return false; // it ended while it was looked at
    }
  });
}
