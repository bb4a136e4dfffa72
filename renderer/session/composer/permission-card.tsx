/** The question an agent waits for, above the composer: allow once, for the session, always by rule, or deny with a note. */
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { Permission, PermissionAnswer } from '#shared/domain/session.ts';
import { Time } from '../../components/amounts.tsx';
import { Button, IconButton } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { QuestionForm } from '../../components/question-form.tsx';
import { answer as give } from '../../lib/acts.ts';
import { useMayAct } from '../../lib/client.ts';
import { useKeys } from '../../lib/keys.ts';
import { readableInput } from '../model/describe.ts';
import s from './composer.module.css';

/** @param more how many other questions of this session wait behind this one */
export function PermissionCard({ permission, more }: { permission: Permission; more: number }) {
  const [denying, setDenying] = useState(false);
  const [busy, setBusy] = useState(false);
  const mayAct = useMayAct();
  const asks = permission.questions.length > 0;
  const answer = async (given: PermissionAnswer): Promise<void> => {
    setBusy(true);
    await give(permission, given);
    setBusy(false);
  };
  useKeys('Permission', [
    { keys: 'a', label: 'Allow once', run: () => void answer({ kind: 'allow-once' }), enabled: mayAct && !denying && !asks },
    { keys: 'd', label: 'Deny with a note', run: () => setDenying(true), enabled: mayAct && !denying && !asks },
  ]);
  const [narrowest, ...wider] = permission.rules;
  return (
    <section className={s.card} aria-label={asks ? 'Question asked' : 'Permission asked'}>
      <div className={s.question}>
        <p className={s.title}>
          {asks ? 'The agent asks you' : question(permission)}
          <span className={s.more}>
            asked <Time at={permission.askedAt} />
          </span>
          {more > 0 && <span className={s.more}>and {more} more</span>}
        </p>
        {!asks && <Target permission={permission} />}
        {permission.reason && <p className={s.reason}>{permission.reason}</p>}
      </div>
      {!mayAct ? (
        <p className={s.reason}>You look as a viewer; an operator answers.</p>
      ) : denying ? (
        <Denial verb={asks ? 'Skip' : 'Deny'} onCancel={() => setDenying(false)} onDeny={(note) => void answer({ kind: 'deny', note })} />
      ) : asks ? (
        <QuestionForm
          questions={permission.questions}
          busy={busy}
          onReply={(answers) => void answer({ kind: 'reply', answers })}
          onSkip={() => setDenying(true)}
        />
      ) : (
        <div className={s.answers}>
          <Button keys="d" isDisabled={busy} onPress={() => setDenying(true)}>
            Deny…
          </Button>
          {narrowest !== undefined && (
            <Button isDisabled={busy} onPress={() => void answer({ kind: 'allow-always', rule: narrowest })}>
              <span title={narrowest}>Always for {ruleWords(narrowest)}</span>
            </Button>
          )}
          {wider.length > 0 && (
            <Menu
              label="Wider rules"
              acts={wider.map((rule) => ({ id: rule, label: `Always for ${ruleWords(rule)}`, run: () => void answer({ kind: 'allow-always', rule }) }))}
            >
              <IconButton label="Wider rules" icon={<ChevronDown />} />
            </Menu>
          )}
          <Button isDisabled={busy} onPress={() => void answer({ kind: 'allow-session' })}>
            Allow for session
          </Button>
          <Button look="primary" keys="a" isDisabled={busy} onPress={() => void answer({ kind: 'allow-once' })}>
            Allow once
          </Button>
        </div>
      )}
    </section>
  );
}

/** The question in words; what it is about stands below it. */
function question({ tool, title, input }: Permission): string {
  if (commandOf(input) !== null) return 'Run this command?';
  if (/^(Edit|MultiEdit|Write|NotebookEdit)$/.test(tool)) return title === '' ? 'Change this file?' : `${title}?`;
  return title === '' || title === tool ? `Use ${tool}?` : title;
}

/** `Bash(npm test:*)` as people say it: npm test. */
const ruleWords = (rule: string): string => /^Bash\((.+?)(?::\*)?\)$/.exec(rule)?.[1] ?? rule;

/** What it would do: its whole input in a bounded box, one line of it where that says all. */
function Target({ permission }: { permission: Permission }) {
  const input = readableInput(permission.input);
  if (input === '' || input === '{}') return null;
  return (
    <pre className={s.target} tabIndex={0} aria-label="What it would do">
      {commandOf(permission.input) ?? input}
    </pre>
  );
}

/** The command line of a call that has one. */
function commandOf(input: string): string | null {
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value !== 'object' || value === null || !('command' in value)) return null;
    return typeof value.command === 'string' ? value.command : null;
  } catch {
    return null;
  }
}

function Denial({ verb, onCancel, onDeny }: { verb: string; onCancel: () => void; onDeny: (note: string) => void }) {
  const [note, setNote] = useState('');
  return (
    <form
      className={s.denial}
      onSubmit={(event) => {
        event.preventDefault();
        onDeny(note.trim());
      }}
    >
      <input
        className={s.note}
        autoFocus
        aria-label="Note to the agent"
        placeholder="What should it do instead? The agent reads this"
        value={note}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault();
            onCancel();
          }
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onDeny(note.trim());
        }}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button onPress={onCancel}>Back</Button>
      <Button type="submit" look="danger">
        {note.trim() === '' ? verb : `${verb} with note`}
      </Button>
    </form>
  );
}
