/** Shared by the workspace tests: a sandbox per file, prepared worktrees, and the value of a result that must be one. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import * as workspace from '#host/workspace/index.ts';
import type { HostInput, HostOutput, Place, WorkspaceSpec } from '#shared/host-protocol/commands.ts';
import type { PrepareOn } from '#host/workspace/prepare.ts';
import type { Result } from '#shared/lib/fault.ts';
import { makeSandbox, openRepo, type Sandbox, type TestRepo } from '#test/support/repos.ts';

export type WorktreeSpec = Extract<WorkspaceSpec, { mode: 'worktree' }>;

/** Generous: the machine may be busy with other things. */
export const SLOW = 120_000;

/** Of the sandbox that is open; vitest gives each file modules of its own. */
let scratch = '';

export function useSandbox(options?: { identity?: boolean }): () => Sandbox {
  let sandbox: Sandbox | null = null;
  beforeAll(async () => {
    sandbox = makeSandbox(options);
    scratch = await workspace.openScratch(sandbox.root);
  });
  afterAll(() => {
    const left = readdirSync(scratch);
    sandbox?.close();
    expect(left).toEqual([]);
  });
  return () => {
    if (!sandbox) throw new Error('The sandbox is open only while tests run.');
    return sandbox;
  };
}

export const snapshot = (place: Place, signal?: AbortSignal): Promise<Result<HostOutput<'workspace.snapshot'>>> =>
  workspace.snapshot(place, { scratch, signal });

export const restore = (input: HostInput<'workspace.restore'>): Promise<Result<HostOutput<'workspace.restore'>>> => workspace.restore(input, { scratch });

/** @throws with the fault, when there is one */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.fault, null, 1));
  return result.value;
}

export function codeOf(result: Result<unknown>): string {
  return result.ok ? 'OK' : result.fault.code;
}

/** Collects set-up output; `abort` gives the preparation up. */
export function listener(): PrepareOn & { text: () => string; abort: () => void } {
  const controller = new AbortController();
  let text = '';
  return { scratch, text: () => text, signal: controller.signal, abort: () => controller.abort(), output: (_stream, more) => void (text += more) };
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
  const made = value(await workspace.prepareWorkspace(spec, { base: null }, listener()));
  return { place: made.place, base: made.base, branch: spec.branch, tree: openRepo(spec.cwd), spec };
}
