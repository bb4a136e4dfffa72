/** The review view: the queue and files at the left, one file's diff in the middle, checks and words at the right; decisions by key. */
import { useRef, useState } from 'react';
import type { Change } from '#shared/domain/change.ts';
import { EmptyState, ErrorState, Skeleton } from '../components/feedback.tsx';
import { Screen } from '../frame/screen.tsx';
import { useMayAct } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { isUndecided, useWaitingChanges } from '../lib/live-select.ts';
import { useLive } from '../lib/live.ts';
import { recall, remember } from '../lib/prefs.ts';
import { go, to, useParams } from '../lib/router.ts';
import { attempt } from '../lib/toasts.ts';
import { conflictNote, ReviewBars } from './bars.tsx';
import { approve, askForChanges, markViewed, refresh, reject, undo, type Outcome } from './decide.ts';
import type { DiffHandle, Layout } from './diff/diff-view.tsx';
import { FileDiff } from './file-diff.tsx';
import { approveWords, ReviewActs, ReviewMeta } from './header.tsx';
import { ReviewLeft } from './left.tsx';
import { useMergeChoice } from './merge-choice.ts';
import { NoteDialog } from './note-dialog.tsx';
import { openFile, useOpenedFile } from './opened-file.ts';
import { ReviewRight } from './right.tsx';
import { useReview, type Review } from './use-review.ts';
import s from './review.module.css';

const crumb = { label: 'Review', to: to.review };

export default function ReviewView() {
  const { changeId } = useParams<{ changeId?: string }>();
  const waiting = useWaitingChanges();
  const ready = useLive((state) => state.ready);
  const id = changeId ?? waiting[0]?.id ?? null;
  const review = useReview(id);
  if (review.change) return <Shown key={review.change.id} change={review.change} review={review} waiting={waiting} />;
  return (
    <Screen crumbs={[{ label: 'Review' }]} padded={false}>
      <div className={s.columns}>
        <ReviewLeft change={undefined} file={null} onFile={() => undefined} />
        <div className={s.middle}>
          {review.error ? (
            <ErrorState error={review.error} onRetry={() => void review.again()} />
          ) : ready && id === null ? (
            <EmptyState>Nothing waits for review. A change comes here when an agent ends its work.</EmptyState>
          ) : (
            <Skeleton rows={8} />
          )}
        </div>
      </div>
    </Screen>
  );
}

function Shown({ change, review, waiting }: { change: Change; review: Review; waiting: readonly Change[] }) {
  const choice = useMergeChoice(change);
  const opened = useOpenedFile(change.id);
  const [first] = useState(() => change.files.find((one) => !change.viewed.includes(one.path))?.path);
  const file = change.files.find((one) => one.path === (opened ?? first)) ?? change.files[0];
  const [layout, setLayout] = useState<Layout>(() => (recall('diff') === 'split' ? 'split' : 'unified'));
  const [asking, setAsking] = useState<string | null>(null);
  const [moved, setMoved] = useState(false);
  const [busy, setBusy] = useState(false);
  const diff = useRef<DiffHandle | null>(null);
  const mayAct = useMayAct();
  const undecided = isUndecided(change) && mayAct;

  const decide = async (act: () => Promise<Outcome>): Promise<void> => {
    if (busy) return;
    const at = waiting.findIndex((one) => one.id === change.id);
    const next = waiting[at + 1] ?? waiting[at - 1];
    setBusy(true);
    const outcome = await act();
    setBusy(false);
    if (outcome === 'moved') setMoved(true);
    if (outcome === 'decided') go(next ? to.change(next.id) : to.review, { replace: true });
  };
  const step = (by: number): void => {
    const at = file ? change.files.indexOf(file) : -1;
    const next = change.files[at + by];
    if (next) openFile(change.id, next.path);
  };
  const view = (): void => {
    if (!file) return;
    const marking = !change.viewed.includes(file.path);
    void markViewed(change, file.path, marking);
    const next = change.files.slice(change.files.indexOf(file) + 1).find((one) => !change.viewed.includes(one.path));
    if (marking && next) openFile(change.id, next.path);
  };
  const turn = (): void => {
    const next = layout === 'unified' ? 'split' : 'unified';
    remember('diff', next);
    setLayout(next);
  };
  const renew = async (): Promise<void> => {
    if (await refresh(change)) setMoved(false);
  };
  const startAsking = (): void => setAsking(change.status === 'conflicted' ? conflictNote(change) : '');
  const takeBack = async (): Promise<void> => {
    setBusy(true);
    await attempt(() => undo(change));
    setBusy(false);
  };

  useKeys('Review', [
    { keys: 'a', label: approveWords(change, choice), run: () => void decide(() => approve(change, choice)), enabled: undecided && !busy },
    { keys: 'r', label: 'Ask for changes', run: startAsking, enabled: undecided && !busy },
    { keys: 'd', label: 'Reject the change', run: () => void decide(() => reject(change)), enabled: undecided && !busy },
    { keys: 'v', label: 'Mark the file viewed', run: view, enabled: file !== undefined && mayAct },
    { keys: ']', label: 'Next file', run: () => step(1), quiet: true },
    { keys: '[', label: 'File before', run: () => step(-1), quiet: true },
    { keys: 'n', label: 'Next changed part', run: () => diff.current?.next(), quiet: true },
    { keys: 'p', label: 'Changed part before', run: () => diff.current?.previous(), quiet: true },
    { keys: 's', label: layout === 'unified' ? 'Show side by side' : 'Show unified', run: turn },
  ]);

  return (
    <Screen
      crumbs={[crumb, { label: change.title }]}
      meta={<ReviewMeta change={change} />}
      actions={
        <ReviewActs
          change={change}
          choice={choice}
          layout={layout}
          busy={busy}
          onLayout={turn}
          onApprove={() => void decide(() => approve(change, choice))}
          onAsk={startAsking}
          onReject={() => void decide(() => reject(change))}
          onUndo={() => void takeBack()}
        />
      }
      side={<ReviewRight change={change} review={review} />}
      sideLabel="About this change"
      padded={false}
    >
      <div className={s.columns}>
        <ReviewLeft change={change} file={file?.path ?? null} onFile={(path) => openFile(change.id, path)} />
        <div className={s.middle}>
          <ReviewBars change={change} moved={moved} onRefresh={() => void renew()} onAsk={startAsking} />
          {file ? (
            <FileDiff key={file.path} change={change} file={file} layout={layout} onReady={(handle) => (diff.current = handle)} onViewed={view} />
          ) : review.change && change.files.length === 0 ? (
            <EmptyState>This change has no files any more.</EmptyState>
          ) : null}
        </div>
      </div>
      {asking !== null && (
        <NoteDialog
          change={change}
          initial={asking}
          onClose={() => setAsking(null)}
          onAsk={(note) => {
            setAsking(null);
            void decide(() => askForChanges(change, note));
          }}
        />
      )}
    </Screen>
  );
}
