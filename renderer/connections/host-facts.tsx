/** The facts of the chosen host at the side: its link, how it is chosen, its health, what came from it, the sessions there. */
import type { HostFacts } from '#shared/domain/connection.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { Time } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { Facts, Section } from '../components/panel.tsx';
import { SessionBadge } from '../components/status.tsx';
import { useMayAct } from '../lib/client.ts';
import { useNow } from '../lib/clock.ts';
import { useKeys } from '../lib/keys.ts';
import { isLive, useSessions } from '../lib/live-select.ts';
import { href, to } from '../lib/router.ts';
import { FigureFact } from './figure.tsx';
import { inTime, transportWords } from './words.ts';
import s from './connections.module.css';

/** Sessions listed; the rest are in Agents. */
const MOST = 12;

const breakerWords = { closed: 'closed, lets everything through', open: 'open', 'half-open': 'half open, one try' } as const;
const adminWords = { active: 'in service', draining: 'drained by a person', ejected: 'ejected by a person' } as const;

/** @param onRemove asked to take the host off the list */
export function HostFactsPanel({ host, onRemove }: { host: HostFacts; onRemove: () => void }) {
  return (
    <>
      <Section title="Link">
        <Facts
          rows={[
            ['Address', host.url === '' ? host.id === LOCAL_HOST ? 'this machine' : 'none' : <code key="url">{host.url}</code>],
            ['Transport', host.transport === null ? 'none open' : transportWords[host.transport]],
            ['Version', host.version ?? 'not told yet'],
            ['Last heard', host.lastSeenAt === null ? 'never' : <Time key="seen" at={host.lastSeenAt} />],
            ['Time to connect p95', <FigureFact key="dial" host={host} id="dial" />],
            ['Reconnects', <FigureFact key="reconnects" host={host} id="reconnects" />],
          ]}
        />
      </Section>
      <Section title="Balance">
        <Facts
          rows={[
            ['Set to', adminWords[host.admin]],
            ['Weight', String(host.weight)],
            ['Warmth', <FigureFact key="share" host={host} id="share" />],
            ['Cost of the next session', <FigureFact key="cost" host={host} id="cost" />],
          ]}
        />
      </Section>
      <Health host={host} />
      <Section title="Events of sessions">
        <Facts
          rows={[
            ['Taken', <FigureFact key="events" host={host} id="events" />],
            ['Duplicates left out', <FigureFact key="duplicates" host={host} id="duplicates" />],
            ['Gaps', <FigureFact key="gaps" host={host} id="gaps" />],
          ]}
        />
      </Section>
      <SessionsThere host={host} />
      {host.id !== LOCAL_HOST && <Removal host={host} onRemove={onRemove} />}
    </>
  );
}

function Health({ host }: { host: HostFacts }) {
  const now = useNow();
  const { breaker, ejection } = host;
  const open = breaker.until === null ? breakerWords[breaker.state] : `${breakerWords[breaker.state]}, one try in ${inTime(breaker.until, now)}`;
  return (
    <Section title="Health">
      <Facts
        rows={[
          ['Breaker', open],
          ['Failures in a row', <FigureFact key="failures" host={host} id="failures" />],
          ['Ejection', ejection === null ? 'none' : `number ${ejection.count}, back in ${inTime(ejection.until, now)}`],
          ...(ejection === null ? [] : [['Because', ejection.reason] as const]),
        ]}
      />
    </Section>
  );
}

function Removal({ host, onRemove }: { host: HostFacts; onRemove: () => void }) {
  const mayAct = useMayAct();
  useKeys('Connections', [{ keys: 'Delete', label: `Remove ${host.name}`, run: onRemove, enabled: mayAct }]);
  if (!mayAct) return null;
  return (
    <Section title="Take off the list">
      <Button look="danger" size="small" keys="Delete" onPress={onRemove}>
        Remove host…
      </Button>
    </Section>
  );
}

function SessionsThere({ host }: { host: HostFacts }) {
  const there = useSessions().filter((one) => one.hostId === host.id && isLive(one));
  return (
    <Section title="Sessions there" note={there.length > 0 ? String(there.length) : undefined}>
      {there.length === 0 ? (
        <p className={s.dim}>None runs there now.</p>
      ) : (
        <ul className={s.sessions}>
          {there.slice(0, MOST).map((one) => (
            <li key={one.id}>
              <a href={href(to.session(one.id))} title={one.title}>
                {one.title}
              </a>
              <SessionBadge status={one.status} />
            </li>
          ))}
          {there.length > MOST && (
            <li>
              <a href={href(to.agents)}>{there.length - MOST} more in Agents</a>
            </li>
          )}
        </ul>
      )}
    </Section>
  );
}
