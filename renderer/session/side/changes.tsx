/** Files the session changed, as last taken for review; a click opens the review at that file. */
import { RefreshCw } from 'lucide-react';
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
  return 'Changed files are listed when the agent ends its turn.';
}

/** Files listed here; the review has them all. */
const MOST = 200;

export function Changes({ session }: { session: Session }) {
  const { change } = useReview(session.changeId);
  if (!change) {
    return <EmptyState>{words(session)}</EmptyState>;
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
      <ul>
        {change.files.slice(0, MOST).map((file) => (
          <li key={file.path}>
            <a className={s.file} href={href(to.change(change.id))} onClick={() => openFile(change.id, file.path)}>
              <span className={s.path} title={file.path}>
                {file.path}
              </span>
              {file.binary ? <span className={s.note}>binary</span> : <Lines added={file.added} deleted={file.deleted} />}
            </a>
          </li>
        ))}
      </ul>
      {change.files.length > MOST && <p className={s.rest}>and {change.files.length - MOST} more files in the review</p>}
    </section>
  );
}
