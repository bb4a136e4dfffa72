/** The checks of a change: state, time, output on demand; run all, run one again, cancel. */
import { Play } from 'lucide-react';
import { useState } from 'react';
import type { Change, CheckRun } from '#shared/domain/change.ts';
import type { CheckSpec } from '#shared/domain/repository.ts';
import { formatShort } from '#shared/lib/format.ts';
import { Duration } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { Section } from '../components/panel.tsx';
import { StatusDot } from '../components/status.tsx';
import type { Tone } from '../components/tone.ts';
import { client } from '../lib/client.ts';
import { href, to } from '../lib/router.ts';
import { attempt } from '../lib/toasts.ts';
import { plainOutput } from '../session/model/ansi.ts';
import { LongText } from '../session/transcript/items/long-text.tsx';
import s from './checks.module.css';

const STATES: Readonly<Record<CheckRun['status'], { word: string; tone: Tone }>> = {
  running: { word: 'running', tone: 'run' },
  passed: { word: 'passed', tone: 'ok' },
  failed: { word: 'failed', tone: 'bad' },
  timeout: { word: 'took too long', tone: 'bad' },
  cancelled: { word: 'cancelled', tone: 'off' },
  error: { word: 'could not run', tone: 'bad' },
};

type Props = {
  change: Change;
  /** Runs of this change, any order. */
  runs: readonly CheckRun[];
  /** What the repository's owner configured. */
  specs: readonly CheckSpec[];
  /** Asks for the runs again. */
  again: () => Promise<unknown>;
};

export function Checks({ change, runs, specs, again }: Props) {
  const names = [...new Set([...specs.map((spec) => spec.name), ...runs.map((run) => run.name)])];
  const latest = new Map(names.map((name) => [name, newest(runs, name)]));
  const running = runs.some((run) => run.status === 'running');
  const run = async (only?: string[]): Promise<void> => {
    await attempt(() => client.review.runChecks({ id: change.id, ...(only ? { names: only } : {}) }));
    await again();
  };
  const cancel = async (check: CheckRun): Promise<void> => {
    await attempt(() => client.review.cancelCheck({ id: change.id, checkId: check.id }));
    await again();
  };
  return (
    <Section
      title="Checks"
      actions={
        specs.length > 0 && (
          <Button size="small" icon={<Play />} isDisabled={running} onPress={() => void run()}>
            Run checks
          </Button>
        )
      }
    >
      {names.length === 0 && (
        <p className={s.none}>
          No checks are set for this repository. <a href={href(to.repository(change.repositoryId))}>Set its checks</a>
        </p>
      )}
      <ul>
        {names.map((name) => (
          <Check
            key={name}
            name={name}
            run={latest.get(name)}
            stale={latest.get(name)?.snapshot !== change.snapshot}
            onRun={() => void run([name])}
            onCancel={cancel}
          />
        ))}
      </ul>
    </Section>
  );
}

type CheckProps = { name: string; run: CheckRun | undefined; stale: boolean; onRun: () => void; onCancel: (run: CheckRun) => Promise<void> };

function Check({ name, run, stale, onRun, onCancel }: CheckProps) {
  const [open, setOpen] = useState(false);
  const state = run ? STATES[run.status] : { word: 'not run', tone: 'off' as const };
  return (
    <li className={s.check}>
      <button type="button" className={s.line} aria-expanded={run ? open : undefined} disabled={!run} onClick={() => setOpen(!open)}>
        <StatusDot tone={run && stale && run.status !== 'running' ? 'off' : state.tone} word={state.word} hideWord />
        <span className={s.name}>{name}</span>
        <span className={s.state}>
          {state.word}
          {run && stale && run.status !== 'running' && ' on older files'}
        </span>
        <span className={s.time}>{run && (run.endedAt === null ? <Duration ms={0} since={run.startedAt} /> : formatShort(run.endedAt - run.startedAt))}</span>
      </button>
      {open && run && (
        <div className={s.body}>
          <code className={s.command}>
            {run.command.join(' ')}
            {run.exitCode !== null && run.exitCode !== 0 && `, exit code ${run.exitCode}`}
          </code>
          {run.output === '' ? (
            <p className={s.none}>{run.status === 'running' ? 'Its output comes when it has ended.' : 'It printed nothing.'}</p>
          ) : (
            <LongText text={plainOutput(run.output)} cut={run.cut} tail label={`Output of ${name}`} />
          )}
          {run.status === 'running' ? (
            <Button size="small" onPress={() => void onCancel(run)}>
              Cancel check
            </Button>
          ) : (
            <Button size="small" icon={<Play />} onPress={onRun}>
              Run again
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function newest(runs: readonly CheckRun[], name: string): CheckRun | undefined {
  return runs.filter((run) => run.name === name).sort((a, b) => b.startedAt - a.startedAt)[0];
}
