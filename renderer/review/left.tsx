/** The left column of a review: the queue, the files of the open change, and what was decided. */
import { Check } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Change, ChangedFile } from '#shared/domain/change.ts';
import { Lines, Time } from '../components/amounts.tsx';
import { Button } from '../components/button.tsx';
import { Cell, List } from '../components/list.tsx';
import { ChangeBadge } from '../components/status.tsx';
import { useCursor } from '../components/use-cursor.ts';
import { cx } from '../lib/cx.ts';
import { useDecidedChanges, useRepositoryName, useWaitingChanges } from '../lib/live-select.ts';
import { go, href, to } from '../lib/router.ts';
import { attempt } from '../lib/toasts.ts';
import { undo } from './decide.ts';
import s from './left.module.css';

/** Decided changes listed; older ones are found by the palette. */
const MOST_DECIDED = 30;

type Props = { change: Change | undefined; file: string | null; onFile: (path: string) => void };

export function ReviewLeft({ change, file, onFile }: Props) {
  const waiting = useWaitingChanges();
  return (
    <nav className={s.left} aria-label="Changes and files">
      <p className={s.heading}>{waiting.length === 0 ? 'Queue, nothing for you' : `Queue, ${waiting.length} for you`}</p>
      <Queue changes={waiting} open={change?.id ?? null} />
      {change && <Files change={change} file={file} onFile={onFile} />}
      <Decided open={change?.id ?? null} />
    </nav>
  );
}

const showChange = (id: string): void => go(to.change(id), { replace: true });

function Queue({ changes, open }: { changes: readonly Change[]; open: string | null }) {
  const cursor = useCursor(
    changes.map((one) => one.id),
    open,
    showChange,
  );
  const { active, to: moveTo } = cursor;
  // The address leads: a link from elsewhere moves the cursor, J and K move the address.
  useEffect(() => {
    if (open !== null && open !== active && changes.some((one) => one.id === open)) moveTo(open);
  }, [open, active, moveTo, changes]);
  if (changes.length === 0) return null;
  return (
    <List
      label="Review queue"
      items={changes}
      idOf={(one) => one.id}
      cursor={open === null ? cursor : { ...cursor, active: changes.some((one) => one.id === open) ? open : null }}
      onOpen={(one) => showChange(one.id)}
      main
      rowClass={s.row}
    >
      {(one) => <QueueRow change={one} />}
    </List>
  );
}

function QueueRow({ change }: { change: Change }) {
  const repository = useRepositoryName(change.repositoryId);
  return (
    <Cell grow>
      <span className={s.title}>{change.title}</span>
      <span className={s.under}>
        <span>{repository}</span>
        <Time at={change.createdAt} ago={false} />
        {change.rounds > 0 && <span>round {change.rounds + 1}</span>}
        <span className={s.end}>
          {change.status === 'conflicted' ? <ChangeBadge status="conflicted" /> : <Lines added={change.added} deleted={change.deleted} />}
        </span>
      </span>
    </Cell>
  );
}

function Files({ change, file, onFile }: { change: Change; file: string | null; onFile: (path: string) => void }) {
  const viewed = new Set(change.viewed);
  const seen = change.files.filter((one) => viewed.has(one.path)).length;
  const current = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' });
  }, [file]);
  return (
    <>
      <p className={s.heading}>
        Files, {seen} of {change.files.length} viewed
      </p>
      <ul aria-label="Files of this change">
        {change.files.map((one) => (
          <li key={one.path} className={s.item}>
            <button
              ref={one.path === file ? current : undefined}
              type="button"
              className={cx(s.file, viewed.has(one.path) && s.seen)}
              aria-current={one.path === file || undefined}
              title={one.oldPath === null ? one.path : `${one.oldPath} → ${one.path}`}
              onClick={() => onFile(one.path)}
            >
              {viewed.has(one.path) ? <Check role="img" aria-label="viewed" /> : <span className={s.unseen} />}
              <span className={s.path}>{one.path}</span>
              <Amount file={one} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Amount({ file }: { file: ChangedFile }) {
  if (file.binary) return <span className={s.word}>binary</span>;
  if (file.status === 'mode') return <span className={s.word}>mode</span>;
  if (file.status === 'renamed' && file.added + file.deleted === 0) return <span className={s.word}>renamed</span>;
  return <Lines added={file.added} deleted={file.deleted} />;
}

function Decided({ open }: { open: string | null }) {
  const decided = useDecidedChanges();
  if (decided.length === 0) return null;
  return (
    <>
      <p className={s.heading}>Decided</p>
      <ul aria-label="Decided changes">
        {decided.slice(0, MOST_DECIDED).map((one) => (
          <li key={one.id} className={s.decided}>
            <a className={s.link} href={href(to.change(one.id))} aria-current={one.id === open || undefined}>
              <span className={s.title}>{one.title}</span>
              <span className={s.under}>
                <ChangeBadge status={one.status} />
                {one.decidedAt !== null && <Time at={one.decidedAt} />}
              </span>
            </a>
            <Button size="small" look="quiet" aria-label={`Undo: ${one.title}`} onPress={() => void attempt(() => undo(one))}>
              Undo
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
