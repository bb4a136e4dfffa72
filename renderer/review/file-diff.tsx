/** The middle of a review: one file, as a diff or as a sentence where a diff cannot be drawn. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { Change, ChangedFile, FileSides } from '#shared/domain/change.ts';
import { Lines } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../components/feedback.tsx';
import { client } from '../lib/client.ts';
import type { DiffHandle, Layout } from './diff/diff-view.tsx';
import { loadCode } from '../lib/load-code.ts';
import s from './file-diff.module.css';

const DiffView = lazy(() => loadCode(() => import('./diff/diff-view.tsx')));

type Props = { change: Change; file: ChangedFile; layout: Layout; onReady: (handle: DiffHandle | null) => void; onViewed: () => void };

export function FileDiff({ change, file, layout, onReady, onViewed }: Props) {
  const viewed = change.viewed.includes(file.path);
  const sides = useQuery({
    queryKey: ['review-file', change.id, change.snapshot, file.path],
    queryFn: () => client.review.file({ id: change.id, path: file.path }),
    // A snapshot never changes, so what was fetched stays true.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return (
    <section className={s.file} aria-label={file.path}>
      <header className={s.head}>
        <code className={s.path} title={file.path}>
          {file.oldPath !== null && file.oldPath !== file.path && <span className={s.old}>{file.oldPath} → </span>}
          {file.path}
        </code>
        <span className={s.kind}>{KINDS[file.status]}</span>
        {!file.binary && <Lines added={file.added} deleted={file.deleted} />}
        <Button className={s.viewed} size="small" look="quiet" keys="v" aria-pressed={viewed} onPress={onViewed}>
          {viewed ? 'Viewed' : 'Mark viewed'}
        </Button>
      </header>
      <div className={s.body}>
        {sides.error ? (
          <ErrorState error={sides.error} onRetry={() => void sides.refetch()} />
        ) : sides.data ? (
          <Sides file={file} sides={sides.data} layout={layout} onReady={onReady} />
        ) : (
          <Skeleton rows={8} />
        )}
      </div>
    </section>
  );
}

const KINDS: Readonly<Record<ChangedFile['status'], string>> = {
  added: 'new file',
  modified: '',
  deleted: 'deleted',
  renamed: 'renamed',
  mode: 'mode changed',
};

function Sides({ file, sides, layout, onReady }: { file: ChangedFile; sides: FileSides; layout: Layout; onReady: Props['onReady'] }) {
  const words = instead(file, sides);
  if (words !== null) return <EmptyState>{words}</EmptyState>;
  return (
    <Suspense fallback={<Skeleton rows={8} />}>
      <DiffView key={`${file.path} ${layout}`} path={file.path} before={sides.before ?? ''} after={sides.after ?? ''} layout={layout} onReady={onReady} />
    </Suspense>
  );
}

/** What is said where there is no diff to draw; null when there is one. */
function instead(file: ChangedFile, sides: FileSides): string | null {
  if (sides.binary)
    return file.status === 'deleted' ? 'A binary file, deleted.' : 'A binary file. Its content is not shown here; open it in the folder of the session.';
  if (sides.tooLarge) return 'This file is too large to show here. Open it in the folder of the session, or read the patch with acc review diff.';
  if ((sides.before ?? '') !== (sides.after ?? '')) return null;
  if (file.status === 'mode') return 'Only the mode of the file changed (such as executable or not).';
  if (file.status === 'renamed') return `Renamed from ${file.oldPath ?? 'another name'}; its content is the same.`;
  if (file.status === 'added') return 'A new, empty file.';
  if (file.status === 'deleted') return 'An empty file, deleted.';
  return 'The text is the same on both sides.';
}
