/** Shows the frame's open dialog; each is loaded when it is first needed. A dialog that breaks closes and says why. */
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { isTyping, KeyLayerContext, useKeyLayer } from '../lib/keys.ts';
import { sayFault } from '../lib/toasts.ts';
import { closeDialog, useDialog, type OpenDialog } from './dialogs.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { loadCode } from '../lib/load-code.ts';

const fetchPalette = () => import('./palette/palette.tsx');
const fetchNewTask = () => import('../new-task/new-task.tsx');
const Palette = lazy(() => loadCode(fetchPalette));
const NewTask = lazy(() => loadCode(fetchNewTask));
const KeySheet = lazy(() => loadCode(() => import('./key-sheet.tsx')));
const OutsideSessions = lazy(() => loadCode(() => import('../telemetry/index.tsx')));
const Origin = lazy(() => loadCode(() => import('../overview/origin.tsx')));

export function OpenDialogs() {
  const open = useDialog((state) => state.open);
  useEffect(() => {
    // The two that are opened by a key in the middle of a thought are fetched while the page rests.
    const idle = requestIdleCallback(() => void Promise.allSettled([fetchPalette(), fetchNewTask()]), { timeout: 4000 });
    return () => cancelIdleCallback(idle);
  }, []);
  if (open === null) return null;
  const broken = (error: unknown): void => {
    closeDialog();
    sayFault(error);
  };
  return (
    <Layer>
      <ErrorBoundary at={open.kind} onError={broken} shows={null}>
        <Suspense fallback={open.kind === 'palette' ? <TypedAhead /> : null}>
          <Content open={open} />
        </Suspense>
      </ErrorBoundary>
    </Layer>
  );
}

/** The page's keys rest from the moment the dialog is asked for, not only when it is drawn. */
function Layer({ children }: { children: ReactNode }) {
  return <KeyLayerContext value={useKeyLayer()}>{children}</KeyLayerContext>;
}

function Content({ open }: { open: OpenDialog }) {
  switch (open.kind) {
    case 'palette':
      return <Palette query={open.query ?? ''} />;
    case 'keys':
      return <KeySheet />;
    case 'new-task':
      return <NewTask {...open} />;
    case 'origin':
      return <Origin id={open.id} />;
    case 'outside':
      return <OutsideSessions onClose={closeDialog} />;
  }
}

/** Keeps what is typed before the palette is there, for its field. */
function TypedAhead() {
  useEffect(() => {
    const keep = (event: KeyboardEvent): void => {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      event.preventDefault();
      useDialog.setState(({ open }) => (open?.kind === 'palette' ? { open: { kind: 'palette', query: `${open.query ?? ''}${event.key}` } } : { open }));
    };
    window.addEventListener('keydown', keep, true);
    return () => window.removeEventListener('keydown', keep, true);
  }, []);
  return null;
}
