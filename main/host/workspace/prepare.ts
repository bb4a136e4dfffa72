/** What a preparation is given and what it answers, in every mode. */
import type { Place } from '#shared/host-protocol/commands.ts';

/** Where set-up output goes, and how a preparation is given up. */
export type PrepareOn = { readonly output: (stream: 'stdout' | 'stderr', text: string) => void; readonly signal: AbortSignal };

export type Prepared = { readonly place: Place; readonly base: string; readonly branch: string | null };
