/** What a place shows when it has no rows, failed, or is still loading. */
import { useEffect, useState, type ReactNode } from 'react';
import type { Fault } from '#shared/lib/fault.ts';
import { faultFrom } from '../lib/faults.ts';
import { Button } from './button.tsx';
import s from './feedback.module.css';

/** One sentence and the one next act. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={s.empty}>
      <p>{children}</p>
      {action}
    </div>
  );
}

/** What happened, why, what to do, then the code in small. */
export function FaultText({ fault }: { fault: Fault }) {
  return (
    <div className={s.fault}>
      <p className={s.message}>{fault.message}</p>
      {fault.why !== undefined && <p>{fault.why}</p>}
      {fault.fix !== undefined && <p>{fault.fix}</p>}
      <code className={s.code}>{fault.code}</code>
    </div>
  );
}

/** A place that could not be shown. `error` is whatever was thrown. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div className={s.error} role="alert">
      <FaultText fault={faultFrom(error)} />
      {onRetry && (
        <Button onPress={onRetry} size="small">
          Try again
        </Button>
      )}
    </div>
  );
}

/** Grey lines in the place of rows, only after 150 ms: what comes at once never flickers. */
export function Skeleton({ rows = 3 }: { rows?: number }) {
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={s.skeleton} role="status" aria-busy="true">
      <span className="visually-hidden">Loading</span>
      {shown && Array.from({ length: rows }, (_, i) => <span key={i} className={s.bone} aria-hidden="true" />)}
    </div>
  );
}
