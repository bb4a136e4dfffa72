/** The act of a dialog: busy while it runs, and its fault said where it was asked for. */
import { useState } from 'react';
import type { Fault } from '#shared/lib/fault.ts';
import { faultFrom } from './faults.ts';

export type Act = {
  readonly busy: boolean;
  /** Of the last run; null when it went well or is under way. */
  readonly fault: Fault | null;
  /** Runs it, unless one is under way. */
  readonly run: (act: () => Promise<unknown>) => Promise<void>;
};

export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const run = async (act: () => Promise<unknown>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setFault(null);
    try {
      await act();
    } catch (error) {
      setFault(faultFrom(error));
    }
    setBusy(false);
  };
  return { busy, fault, run };
}
