/** The right column of a review: checks, what the agent said, the task and what has to be true. */
import { Section } from '../components/panel.tsx';
import type { Change } from '#shared/domain/change.ts';
import { useRepository, useTask } from '../lib/live-select.ts';
import { href, to } from '../lib/router.ts';
import { TaskText } from '../session/side/details.tsx';
import { Markdown } from '../session/transcript/markdown.tsx';
import { Checks } from './checks.tsx';
import type { Review } from './use-review.ts';
import s from './review.module.css';

/** Longest summary compiled here, characters; the transcript has the whole. */
const MOST = 6000;

export function ReviewRight({ change, review }: { change: Change; review: Review }) {
  const specs = useRepository(change.repositoryId)?.settings.checks ?? [];
  const task = useTask(change.taskId);
  return (
    <>
      {change.skipped.length > 0 && (
        <p className={s.skipped}>
          Left out: {change.skipped.join(', ')}, {change.skipped.length === 1 ? 'a git repository of its own.' : 'git repositories of their own.'}
        </p>
      )}
      <Checks change={change} runs={review.checks} specs={specs} again={review.again} />
      <Section title="From the agent" actions={<a href={href(to.session(change.sessionId))}>Open session</a>}>
        {change.summary === '' ? <p className={s.dim}>The agent ended without a summary.</p> : <Markdown quiet text={change.summary.slice(0, MOST)} />}
      </Section>
      {change.note !== '' && (
        <Section title="Your last note">
          <p className={s.note}>{change.note}</p>
        </Section>
      )}
      {task && <TaskText task={task} />}
    </>
  );
}
