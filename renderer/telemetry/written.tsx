/** The app's own hand in Claude Code's settings: what is there now, what would change, and the change after a look at it. */
import { Button } from '../components/button.tsx';
import { FaultText } from '../components/feedback.tsx';
import { Section } from '../components/panel.tsx';
import { StatusDot } from '../components/status.tsx';
import type { TelemetryAccess } from '#shared/contract/analytics.ts';
import s from './outside.module.css';

/** @param focused somebody came back from the change: the focus goes where it was. @param onChange asks for the look at the change */
export function Written({ access, focused, onChange }: { access: TelemetryAccess; focused: boolean; onChange: () => void }) {
  const { settingsFile, written, refusal } = access;
  if (settingsFile === '') return null;
  return (
    <Section
      title="Claude Code's settings"
      actions={
        refusal === null && (
          <Button size="small" autoFocus={focused} {...(written ? { look: 'danger' } : {})} onPress={onChange}>
            {written ? "Take out of Claude Code's settings…" : "Write into Claude Code's settings…"}
          </Button>
        )
      }
    >
      {refusal !== null ? (
        <FaultText fault={refusal} />
      ) : (
        <p>
          {written ? <StatusDot tone="ok" word="The lines are in" /> : 'The lines are not in'} <code className={s.file}>{settingsFile}</code>
          {written ? '. Every new session on this machine reports here.' : '. With them there, every new session on this machine reports here.'}
        </p>
      )}
    </Section>
  );
}

/** The lines of `env` before and after, as they stand in the file. */
export function Change({ access: { settingsFile, written, change } }: { access: TelemetryAccess }) {
  return (
    <div className={s.parts}>
      <p>
        {written ? 'This takes out of the ' : 'This puts into the '}
        <code>env</code> of <code className={s.file}>{settingsFile}</code>
      </p>
      <pre className={s.change} tabIndex={0} aria-label="The change">
        {change.map(({ name, before, after }) => (
          <span key={name}>
            {before !== null && <del>{`- "${name}": ${JSON.stringify(before)}\n`}</del>}
            {after !== null && <ins>{`+ "${name}": ${JSON.stringify(after)}\n`}</ins>}
          </span>
        ))}
      </pre>
      <p className={s.dim}>
        Everything else in the file stays byte by byte. The file as it was is kept beside it, with <code>.acc-backup</code> behind its name.
      </p>
    </div>
  );
}
