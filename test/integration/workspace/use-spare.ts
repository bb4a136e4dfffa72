/** Preparations that find a spare worktree, which was made for each of them alone. */
import { dirname, join } from 'node:path';
import type { prepareWorkspace } from '#host/workspace/index.ts';
import { git } from '#host/workspace/git.ts';
import { START_REFS } from '#host/workspace/keep.ts';
import { dropSpare, makeSpare } from '#host/workspace/spare-make.ts';
import { takeSpare } from '#host/workspace/spare-take.ts';

type Prepare = typeof prepareWorkspace;
const never = new AbortController().signal;
let made = 0;

/** Makes a spare before each first start in a worktree, and takes away what was not used. */
export const withSpare =
  (prepare: Prepare, counts: { taken: number }): Prepare =>
  async (spec, known, on) => {
    if (spec.mode !== 'worktree' || known.base !== null) return prepare(spec, known, on);
    const folder = join(dirname(spec.cwd), `.spare-${++made}`);
    const ready = await spareFor(spec.repository, folder);
    const spares = {
      async take(...[of, signal]: Parameters<NonNullable<typeof on.spares>['take']>): Promise<string | null> {
        if (!ready) return null;
        const mark = (input: string) => git({ cwd: of.repository }, START_REFS, { input, signal });
        const taken = await takeSpare(of, folder, mark, signal);
        if (taken !== null) counts.taken++;
        return taken;
      },
      wish: () => undefined,
    };
    const prepared = await prepare({ ...spec, spare: folder }, known, { ...on, spares });
    await dropSpare(spec.repository, folder);
    return prepared;
  };

async function spareFor(repository: string, folder: string): Promise<boolean> {
  const head = await git({ cwd: repository }, ['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (!head.ok) return false;
  return (await makeSpare({ repository, folder, commit: head.value.stdout.toString().trim() }, never)) === 'ready';
}
