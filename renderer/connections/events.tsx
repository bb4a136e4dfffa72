/** What happened to the connections, and why: newest first, older ones by pages. New ones wait while it is scrolled. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { formatExact } from '#shared/lib/format.ts';
import { Time } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { Segments } from '../components/choice.tsx';
import { EmptyState, ErrorState, Skeleton } from '../components/feedback.tsx';
import { Panel } from '../components/panel.tsx';
import { Badge } from '../components/status.tsx';
import { NewRows } from '../components/new-rows.tsx';
import { client } from '../lib/client.ts';
import { useHeld } from '../lib/held.ts';
import { noEvents, withNewest, withOlder, type EventLog, type LoggedEvent } from './event-pages.ts';
import { eventText } from './words.ts';
import s from './events.module.css';

const PAGE = 50;
/** How often new events are asked for, milliseconds. */
const REFRESH = 1500;

const SCOPES = [
  { id: 'host', label: 'This host' },
  { id: 'all', label: 'All hosts' },
] as const;
type Scope = (typeof SCOPES)[number]['id'];

export function Events({ hostId, names }: { hostId: string; names: ReadonlyMap<string, string> }) {
  const [scope, setScope] = useState<Scope>('host');
  return (
    <Panel title="Events" note="kept for 30 days" actions={<Segments label="Events of" hideLabel options={SCOPES} value={scope} onChange={setScope} />}>
      <Log key={scope} hostId={scope === 'host' ? hostId : null} names={names} />
    </Panel>
  );
}

function Log({ hostId, names }: { hostId: string | null; names: ReadonlyMap<string, string> }) {
  const { log, error, loading, older } = useLog(hostId);
  const box = useRef<HTMLDivElement>(null);
  const held = useHeld(
    useMemo(() => (log?.events ?? []).map((one) => String(one.seq)), [log]),
    box,
  );
  return (
    <div className={s.holder}>
      <NewRows held={held} box={box} />
      <div ref={box} className={s.box} tabIndex={0} role="region" aria-label="Events, newest first">
        {error !== null && !log ? (
          <ErrorState error={error} />
        ) : !log ? (
          <Skeleton rows={4} />
        ) : log.events.length === 0 ? (
          <EmptyState>Nothing happened yet. Each change of a host or a connection appears here with its cause.</EmptyState>
        ) : (
          <ol className={s.events}>
            {log.events
              .filter((one) => held.shown.has(String(one.seq)))
              .map((one) => (
                <Row
                  key={one.seq}
                  event={one}
                  host={hostId === null ? (names.get(one.hostId) ?? (one.hostId === '' ? 'all hosts' : 'a host that was removed')) : null}
                />
              ))}
          </ol>
        )}
        {log?.more && (
          <div className={s.more}>
            <Button size="small" isDisabled={loading} onPress={older}>
              Show older events
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

function Row({ event, host }: { event: LoggedEvent; host: string | null }) {
  const { kind, change, cause, tone } = eventText(event);
  return (
    <li className={s.event}>
      <span className={s.kind}>
        <Badge tone={tone}>{kind}</Badge>
      </span>
      {host !== null && <span className={s.host}>{host}</span>}
      <span className={s.text} title={`${formatExact(event.at)}: ${[change, cause].filter(Boolean).join(': ')}`}>
        {change !== '' && <span className={s.change}>{change}</span>}
        {cause}
      </span>
      <span className={s.when}>
        <Time at={event.at} />
      </span>
    </li>
  );
}

/** The log of one host, or of all; asked for anew while it is shown. */
function useLog(hostId: string | null): { log: EventLog | null; error: unknown; loading: boolean; older: () => void } {
  const [log, setLog] = useState<EventLog | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [loading, setLoading] = useState(false);
  const which = useMemo(() => (hostId === null ? { limit: PAGE } : { hostId, limit: PAGE }), [hostId]);
  useEffect(() => {
    const abort = new AbortController();
    const look = async (): Promise<void> => {
      while (!abort.signal.aborted) {
        try {
          const page = await client.connections.events(which, { signal: abort.signal });
          if (abort.signal.aborted) return;
          setLog((before) => withNewest(before ?? noEvents, page));
          setError(null);
        } catch (refused) {
          if (abort.signal.aborted) return;
          setError(refused);
        }
        await new Promise((resolve) => setTimeout(resolve, REFRESH));
      }
    };
    void look();
    return () => abort.abort();
  }, [which]);
  const before = log?.events.at(-1)?.seq;
  const older = useCallback(() => {
    if (before === undefined) return;
    setLoading(true);
    client.connections
      .events({ ...which, before })
      .then((page) => setLog((now) => withOlder(now ?? noEvents, page)), setError)
      .finally(() => setLoading(false));
  }, [which, before]);
  return { log, error, loading, older };
}
