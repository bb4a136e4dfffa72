/** Files the session changed: on disk while it works, as taken for review after; a click opens the review at that file. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ChangedFile } from '#shared/domain/change.ts';
import type { Session } from '#shared/domain/session.ts';
import { plural } from '#shared/lib/format.ts';
import { Lines } from '../../components/amounts.tsx';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/feedback.tsx';
import { ChangeBadge } from '../../components/status.tsx';
import { client } from '../../lib/client.ts';
import { adopt } from '../../lib/live.ts';
import { isEnded, isUndecided } from '../../lib/live-select.ts';
import { href, to } from '../../lib/router.ts';
import { attempt } from '../../lib/toasts.ts';
import { openFile } from '../../review/opened-file.ts';
import { useReview } from '../../review/use-review.ts';
import s from './side.module.css';

function words(session: Session): string {
  if (isEnded(session) && !session.settled) return 'Looking at what it changed.';
  if (session.status === 'finished') return 'This session changed no files.';
  if (isEnded(session) && session.agent.kind !== 'command' && session.turns === 0) return 'It ended before the agent did anything.';
  if (isEnded(session)) return 'It ended before its work was taken for review. Its files are still in its folder; Resume goes on with them.';
  return 'No file has changed yet.';
}

/** Files listed here; the review has them all. */
const MOST = 200;

/** A look at the disk costs the host a snapshot, so a busy session is looked at this often at most, milliseconds. */
const LOOK_MS = 5000;

/** What differs on disk while the session works: a new look when it has said something since the last. */
function useFilesNow(session: Session): ChangedFile[] {
  const working = !isEnded(session) && session.status !== 'queued';
  const [seen, see] = useState(session.events);
  useEffect(() => {
    if (!working || seen === session.events) return undefined;
    const timer = setTimeout(() => see(session.events), LOOK_MS);
    return () => clearTimeout(timer);
    // Later events do not push the look away: it comes LOOK_MS after the first that was not looked at.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [working, seen, seen === session.events]);
  const look = useQuery({
    queryKey: ['session-files', session.id, seen],
    queryFn: ({ signal }) => client.sessions.files({ id: session.id }, { signal }),
    enabled: working,
    placeholderData: keepPreviousData,
  });
  return look.data?.files ?? [];
}

function FileList({ files, onOpen }: { files: readonly ChangedFile[]; onOpen?: { at: string; open: (path: string) => void } }) {
  return (
    <ul>
      {files.slice(0, MOST).map((file) => {
        const row = (
          <>
            <span className={s.path} title={file.path}>
              {file.path}
            </span>
            {file.binary ? <span className={s.note}>binary</span> : <Lines added={file.added} deleted={file.deleted} />}
          </>
        );
        return (
          <li key={file.path}>
            {onOpen ? (
              <a className={s.file} href={onOpen.at} onClick={() => onOpen.open(file.path)}>
                {row}
              </a>
            ) : (
              <span className={s.file}>{row}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function Changes({ session }: { session: Session }) {
  const { change } = useReview(session.changeId);
  const now = useFilesNow(session);
  if (!change) {
    return now.length === 0 ? (
      <EmptyState>{words(session)}</EmptyState>
    ) : (
      <section aria-label="Changed files">
        <FileList files={now} />
      </section>
    );
  }
  const refresh = async (): Promise<void> => {
    const fresh = await attempt(() => client.review.refresh({ id: change.id }));
    if (fresh) adopt({ changes: [fresh] });
  };
  return (
    <section aria-label="Changed files">
      <div className={s.head}>
        <ChangeBadge status={change.status} />
        <span className={s.note}>{plural(change.files.length, 'file')}</span>
        <Lines added={change.added} deleted={change.deleted} />
        {isUndecided(change) && (
          <Button className={s.end} size="small" look="quiet" icon={<RefreshCw />} onPress={() => void refresh()}>
            Take files as they are now
          </Button>
        )}
      </div>
      <FileList files={change.files} onOpen={{ at: href(to.change(change.id)), open: (path) => openFile(change.id, path) }} />
      {change.files.length > MOST && <p className={s.rest}>and {change.files.length - MOST} more files in the review</p>}
    </section>
  );
}
