/** What only an operator may change: a viewer sees it all, its fields and buttons rest, and a sentence says why. */
import type { ReactNode } from 'react';
import { useMayAct } from '../lib/client.ts';
import s from './for-operator.module.css';

/** @param does what an operator does here, as the end of a sentence: "changes the settings" */
export function ForOperator({ does, children }: { does: string; children: ReactNode }) {
  const mayAct = useMayAct();
  return (
    <fieldset className={s.all} disabled={!mayAct}>
      <ViewerNote does={does} />
      {children}
    </fieldset>
  );
}

/** The sentence alone, where the acts are left out; nothing for an operator. */
export function ViewerNote({ does }: { does: string }) {
  return useMayAct() ? null : <p className={s.note}>You look as a viewer; an operator {does}.</p>;
}
