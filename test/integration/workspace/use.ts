/** Shared by the workspace tests: a sandbox per file, prepared worktrees, and the value of a result that must be one. */
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { prepareWorkspace } from '#host/workspace/index.ts';
import type { Place, WorkspaceSpec } from '#shared/host-protocol/commands.ts';
import type { Result } from '#shared/lib/fault.ts';
import { makeSandbox, openRepo, type Sandbox, type TestRepo } from '#test/support/repos.ts';

export type WorktreeSpec = Extract<WorkspaceSpec, { mode: 'worktree' }>;

/** Generous: the machine may be busy with other things. */
export const SLOW = 120_000;

export function useSandbox(options?: { identity?: boolean }): () => Sandbox {
  let sandbox: Sandbox | null = null;
  beforeAll(() => {
    sandbox = makeSandbox(options);
  });
  afterAll(() => sandbox?.close());
  return () => {
    if (!sandbox) throw new Error('The sandbox is open only while tests run.');
    return sandbox;
  };
}

/** @throws with the fault, when there is one */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.fault, null, 1));
  return result.value;
}

export function codeOf(result: Result<unknown>): string {
  return result.ok ? 'OK' : result.fault.code;
}

/** Collects set-up output; `abort` gives the preparation up. */
export function listener(): { text: () => string; signal: AbortSignal; abort: () => void; output: (stream: 'stdout' | 'stderr', text: string) => void } {
  const controller = new AbortController();
  let text = '';
  return { text: () => text, signal: controller.signal, abort: () => controller.abort(), output: (_stream, more) => void (text += more) };
}

export function worktreeSpec(repository: string, name: string, more: Partial<WorktreeSpec> = {}): WorktreeSpec {
  return {
    mode: 'worktree',
    repository,
    cwd: join(repository, '..', 'worktrees', `${repository.split('/').at(-1)}-${name}`),
    branch: `acc/${name}`,
    base: '',
    setupCommand: [],
    setupTimeoutSeconds: 60,
    copyPaths: [],
    linkPaths: [],
    ...more,
  };
}

/** A worktree of the repository as a session gets it. */
export async function worktree(
  repo: TestRepo,
  name: string,
  more: Partial<WorktreeSpec> = {},
): Promise<{ place: Place; base: string; branch: string; tree: TestRepo; spec: WorktreeSpec }> {
  const spec = worktreeSpec(repo.path, name, more);
  const made = value(await prepareWorkspace(spec, { base: null }, listener()));
  return { place: made.place, base: made.base, branch: spec.branch, tree: openRepo(spec.cwd), spec };
}
