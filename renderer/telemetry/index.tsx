/**
 * Sessions that somebody starts outside the app: what to set so that they report here, for each host, and what came of it. The lines hold a
 * token: they are asked for when this opens and forgotten when it closes.
 *
 *   the lines ──Write…──► the change is shown ──Write──► the lines, in the file now
 *       ▲                    └──Back──┐
 *       └─────────────────────────────┘
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import { useState } from 'react';
import type { TelemetryAccess } from '#shared/contract/analytics.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { ErrorState, Skeleton } from '../components/feedback.tsx';
import { Section } from '../components/panel.tsx';
import { Select } from '../components/select.tsx';
import { client } from '../lib/client.ts';
import { copy } from '../lib/copy.ts';
import { useLive } from '../lib/live.ts';
import { attempt, say } from '../lib/toasts.ts';
import { Came } from './came.tsx';
import { Change, Written } from './written.tsx';
import s from './outside.module.css';

export default function OutsideSessions({ onClose }: { onClose: () => void }) {
  const hosts = useLive((state) => state.health?.hosts);
  const [hostId, setHostId] = useState<string>(LOCAL_HOST);
  const [stage, setStage] = useState<'lines' | 'change' | 'back'>('lines');
  const [busy, setBusy] = useState(false);
  const queries = useQueryClient();
  const key = ['telemetry.access', hostId];
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => client.analytics.telemetry({ hostId }, { signal }),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const change = async (access: TelemetryAccess): Promise<void> => {
    setBusy(true);
    const done = await attempt(() => client.analytics.writeTelemetry({ remove: access.written }));
    setBusy(false);
    // What stands in the file now is asked anew, also when somebody else changed it meanwhile.
    await queries.invalidateQueries({ queryKey: key });
    setStage('back');
    if (done) say(access.written ? "Took the lines out of Claude Code's settings." : "Wrote the lines into Claude Code's settings.");
  };
  if (stage === 'change' && data) {
    const verb = data.written ? 'Take out of' : 'Write into';
    return (
      <Dialog
        title={`${verb} Claude Code's settings`}
        width="wide"
        onClose={() => setStage('back')}
        actions={
          <>
            <Button onPress={() => setStage('back')}>Back</Button>
            <Button look={data.written ? 'danger' : 'primary'} autoFocus isDisabled={busy} onPress={() => void change(data)}>
              {`${verb} settings`}
            </Button>
          </>
        }
      >
        <Change access={data} />
      </Dialog>
    );
  }
  const host = hosts?.find((one) => one.id === hostId);
  return (
    <Dialog title="Outside sessions" width="wide" onClose={onClose} actions={<Button onPress={onClose}>Close</Button>}>
      <div className={s.parts}>
        <p>A Claude Code session that you start in a terminal can report here: its tokens, cost and tool calls then count beside those of the fleet.</p>
        {hosts && hosts.length > 1 && (
          <Select
            label="Started on the machine of"
            className={s.host}
            options={hosts.map(({ id, name }) => ({ id, label: name }))}
            value={hostId}
            onChange={setHostId}
          />
        )}
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton rows={7} />
        ) : (
          <>
            <Lines access={data} elsewhere={hostId === LOCAL_HOST ? null : (host?.name ?? hostId)} />
            <Written access={data} focused={stage === 'back'} onChange={() => setStage('change')} />
          </>
        )}
        <Section title="What is sent">
          <dl className={s.sent}>
            <dt>Counts</dt>
            <dd>Tokens, cost, durations, tools and how they ended, lines changed, commits, decisions on edits, length of prompts.</dd>
            <dt>Becomes a digest</dt>
            <dd>Who you are: address, account and user ids become one tag, with a salt of this app.</dd>
            <dt>Is dropped</dt>
            <dd>Prompts, inputs and outputs of tools, ids of organization, machine, process and network.</dd>
          </dl>
        </Section>
        <Came hostId={hostId} />
      </div>
    </Dialog>
  );
}

function Lines({ access: { lines }, elsewhere }: { access: TelemetryAccess; elsewhere: string | null }) {
  const text = lines.join('\n');
  return (
    <Section
      title="Lines to set"
      note={elsewhere === null ? 'in the shell that starts the session' : `on the machine of ${elsewhere}`}
      actions={
        <Button size="small" icon={<Copy />} onPress={() => void copy(`${text}\n`, 'Lines', 'Choose the lines and copy them.')}>
          Copy lines
        </Button>
      }
    >
      <pre className={s.lines} tabIndex={0} aria-label="Lines to set">
        {text}
      </pre>
      <p className={s.dim}>The token in the last line lets anybody on that machine report here, and do nothing else.</p>
    </Section>
  );
}
