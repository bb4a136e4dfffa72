/** What a preparation is given and what it answers, in every mode. */
import type { Place } from '#shared/host-protocol/commands.ts';

import type { Spares } from './spares.ts';

/** Where set-up output goes, how a preparation is given up, and where worktrees are that were made ahead. */
export type PrepareOn = {
  readonly output: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly signal: AbortSignal;
  /** Folder for temporary files (`scratch.ts`). */
  readonly scratch: string;
  readonly spares?: Pick<Spares, 'take' | 'wish'> | undefined;
};

export type Prepared = { readonly place: Place; readonly base: string; readonly branch: string | null };
