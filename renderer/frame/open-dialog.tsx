/** Shows the frame's open dialog; each is loaded when it is first needed. A dialog that breaks closes and says why. */
import { lazy, Suspense } from 'react';
import { ErrorBoundary } from './error-boundary.tsx';
import { closeDialog, useDialog } from './dialogs.ts';
import { sayFault } from '../lib/toasts.ts';

const Palette = lazy(() => import('./palette/palette.tsx'));
const KeySheet = lazy(() => import('./key-sheet.tsx'));
const NewTask = lazy(() => import('../new-task/new-task.tsx'));
const Origin = lazy(() => import('../overview/origin.tsx'));

export function OpenDialogs() {
  const open = useDialog((state) => state.open);
  if (open === null) return null;
  const broken = (error: unknown): void => {
    closeDialog();
    sayFault(error);
  };
  return (
    <ErrorBoundary at={open.kind} onError={broken} shows={null}>
      <Suspense fallback={null}>
        {open.kind === 'palette' && <Palette query={open.query ?? ''} />}
        {open.kind === 'keys' && <KeySheet />}
        {open.kind === 'new-task' && <NewTask {...open} />}
        {open.kind === 'origin' && <Origin id={open.id} />}
      </Suspense>
    </ErrorBoundary>
  );
}
