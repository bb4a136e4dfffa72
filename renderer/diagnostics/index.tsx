/** Diagnostics: what this machine has and lacks, each with what to do about it. */
import { useQuery } from '@tanstack/react-query';
import { Copy, RefreshCw } from 'lucide-react';
import type { Finding } from '#shared/contract/system.ts';
import { Time } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { ErrorState, Skeleton } from '../components/feedback.tsx';
import { Panel } from '../components/panel.tsx';
import { Badge } from '../components/status.tsx';
import type { Tone } from '../components/tone.ts';
import { Screen } from '../frame/screen.tsx';
import { client } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { copy } from '../lib/copy.ts';
import s from './diagnostics.module.css';

const STATES: Readonly<Record<Finding['status'], { word: string; tone: Tone; place: number }>> = {
  bad: { word: 'missing', tone: 'bad', place: 0 },
  warn: { word: 'look at this', tone: 'wait', place: 1 },
  ok: { word: 'fine', tone: 'ok', place: 2 },
  off: { word: 'not used', tone: 'off', place: 3 },
};

export default function DiagnosticsView() {
  const asked = useQuery({ queryKey: ['diagnose'], queryFn: () => client.system.diagnose({}), staleTime: 0 });
  const findings = [...(asked.data?.findings ?? [])].sort((a, b) => STATES[a.status].place - STATES[b.status].place);
  const open = findings.filter((one) => one.status === 'bad' || one.status === 'warn').length;
  const again = (): void => void asked.refetch();
  useKeys('Diagnostics', [{ keys: 'r', label: 'Look again', run: again }]);
  return (
    <Screen
      crumbs={[{ label: 'Diagnostics' }]}
      meta={asked.data && <Badge tone={open === 0 ? 'ok' : 'wait'}>{open === 0 ? 'all fine' : `${open} to look at`}</Badge>}
      actions={
        <>
          <Button icon={<Copy />} isDisabled={!asked.data} onPress={() => void copy(asText(findings), 'Diagnostics')}>
            Copy as text
          </Button>
          <Button icon={<RefreshCw />} keys="r" isDisabled={asked.isFetching} onPress={again}>
            Look again
          </Button>
        </>
      }
    >
      {asked.error && <ErrorState error={asked.error} onRetry={again} />}
      {!asked.data && !asked.error && <Skeleton rows={6} />}
      {asked.data && (
        <Panel className={s.panel} title="What this machine has" note={<Time at={asked.dataUpdatedAt} />}>
          <ul>
            {findings.map((one) => (
              <li key={one.id} className={s.finding}>
                <span className={s.state}>
                  <Badge tone={STATES[one.status].tone}>{STATES[one.status].word}</Badge>
                </span>
                <div className={s.text}>
                  <p className={s.title}>{one.title}</p>
                  <p className={s.detail}>{one.detail}</p>
                  {one.fix !== '' && <p>{one.fix}</p>}
                </div>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </Screen>
  );
}

const asText = (findings: readonly Finding[]): string =>
  findings
    .map((one) =>
      [`[${STATES[one.status].word}] ${one.title}`, one.detail, one.fix === '' ? '' : `What to do: ${one.fix}`].filter((line) => line !== '').join('\n  '),
    )
    .join('\n');
