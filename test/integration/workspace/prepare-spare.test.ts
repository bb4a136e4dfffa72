/** All that holds for a session's worktree holds for one that was made ahead: the cases of prepare.test.ts, each start with a spare of its own. */
import { afterAll, expect, vi } from 'vitest';

const counts = vi.hoisted(() => ({ taken: 0 }));

vi.mock('#host/workspace/index.ts', async (original) => {
  const real = await original<typeof import('#host/workspace/index.ts')>();
  const { withSpare } = await import('./use-spare.ts');
  return { ...real, prepareWorkspace: withSpare(real.prepareWorkspace, counts) };
});

await import('./prepare.test.ts');

afterAll(() => {
  // The cases that expect a worktree; those that expect a fault, and the repeats, do without.
  expect(counts.taken).toBeGreaterThan(20);
});
