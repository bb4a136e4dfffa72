/** One tool call on one line; Enter opens its input and output. A small edit shows its diff at once. */
import { ChevronRight } from 'lucide-react';
import { readableInput, summaryOf, targetOf, verbOf, type ToolItem } from '../../model/describe.ts';
import { plainOutput } from '../../model/ansi.ts';
import { smallDiff } from '../../model/small-diff.ts';
import { formatShort } from '#shared/lib/format.ts';
import { DiffLines } from './diff-lines.tsx';
import { LongText } from './long-text.tsx';
import type { RowProps } from '../row-props.ts';
import s from './items.module.css';

const STATES = { running: 'running', ok: 'done', failed: 'failed', unended: 'did not end' } as const;
/** Lines up to which an edit is shown as its diff without being opened. */
const SMALL = 24;

export function Tool({ item, at, open, live, onToggle }: RowProps & { item: ToolItem }) {
  const mono = item.toolKind !== 'agent' && item.toolKind !== 'think';
  const state = item.status === 'running' && !live ? 'unended' : item.status;
  const small = item.status !== 'failed' && smallEdits(item);
  return (
    <div className={s.tool} data-open={open || undefined}>
      <button type="button" className={s.line} aria-expanded={open} onClick={onToggle} data-toggle>
        <span className={s.dot} data-state={state} role="img" aria-label={STATES[state]} />
        <span className={s.verb}>{verbOf(item)}</span>
        <span className={s.target} data-mono={mono || undefined}>
          {targetOf(item)}
        </span>
        <Outcome item={item} />
        <span className={s.time}>
          {item.endedAt === null ? (state === 'running' || state === 'unended' ? STATES[state] : '') : formatShort(item.endedAt - at)}
        </span>
        <ChevronRight className={s.chevron} size={14} strokeWidth={1.8} aria-hidden />
      </button>
      {(open || small) && item.edits.length > 0 && <Edits item={item} />}
      {open && <Details item={item} />}
    </div>
  );
}

function Outcome({ item }: { item: ToolItem }) {
  const summary = summaryOf(item);
  if (!summary) return <span className={s.outcome} />;
  if (summary.kind === 'words') {
    return (
      <span className={s.outcome} title={summary.text}>
        {summary.text}
      </span>
    );
  }
  return (
    <span className={s.outcome}>
      <span className={s.added}>+{summary.added}</span> <span className={s.deleted}>−{summary.deleted}</span>
    </span>
  );
}

function Edits({ item }: { item: ToolItem }) {
  return item.edits.map((edit, i) => {
    const diff = smallDiff(edit);
    return (
      // oxlint-disable-next-line react/no-array-index-key -- the edits of a call never move
      <div key={i} className={s.edit}>
        {item.edits.length > 1 && <p className={s.editPath}>{edit.path}</p>}
        {diff === 'too-large' ? <p className={s.note}>This edit is too large to show here. The review shows it.</p> : <DiffLines lines={diff.lines} />}
      </div>
    );
  });
}

function Details({ item }: { item: ToolItem }) {
  const output = plainOutput(item.output);
  return (
    <div className={s.details}>
      {item.edits.length === 0 && item.input !== '' && item.input !== '{}' && (
        <section>
          <h4>Input</h4>
          <LongText text={readableInput(item.input)} label="Input of the tool" />
        </section>
      )}
      <section>
        <h4>{item.status === 'failed' ? 'What went wrong' : 'Output'}</h4>
        {output === '' ? (
          <p className={s.note}>{item.status === 'running' ? 'Nothing yet.' : 'The tool said nothing.'}</p>
        ) : (
          <LongText text={output} cut={item.cut} label="Output of the tool" />
        )}
      </section>
    </div>
  );
}

function smallEdits(item: ToolItem): boolean {
  let lines = 0;
  for (const edit of item.edits) {
    const diff = smallDiff(edit);
    if (diff === 'too-large') return false;
    lines += diff.lines.length;
  }
  return lines > 0 && lines <= SMALL;
}
