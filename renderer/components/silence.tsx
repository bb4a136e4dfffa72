/** Says that a session's host cannot be heard, and how old what is shown is. */
import type { Session } from '#shared/domain/session.ts';
import { useClockText } from '../lib/clock.ts';
import { silenceText, type Silence } from '../lib/hosts.ts';
import { href, to } from '../lib/router.ts';
import { StatusDot } from './status.tsx';
import s from './status.module.css';

/** A link to the host in Connections; plain text inside a row that is a link itself or moves by keys. */
export function SilenceNote({ session, silence, link = false }: { session: Session; silence: Silence; link?: boolean }) {
  const text = useClockText((now) => silenceText(silence, session.lastEventAt, now));
  const dot = <StatusDot tone="wait" word={text} />;
  return link ? (
    <a className={s.silence} href={href(to.host(session.hostId))} title="Show its host in Connections">
      {dot}
    </a>
  ) : (
    dot
  );
}
