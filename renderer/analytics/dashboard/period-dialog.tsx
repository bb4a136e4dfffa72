/** Chooses a period by its two moments, or one moment, in a small dialog beside what opens it. */
import { useState, type ReactNode } from 'react';
import { Dialog as AriaDialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import type { Range } from '#shared/domain/query.ts';
import { Button } from '../../components/button.tsx';
import { coreNow } from '../../lib/clock.ts';
import { fromField, toField } from '../model/ranges.ts';
import s from './toolbar.module.css';

type Between = Range & { kind: 'between' };
type Anchored = { label: string; trigger: string; shown?: boolean; open: boolean; onOpen: (open: boolean) => void };

/** `shown`: its own button is seen; else the dialog is opened by something else and only hangs there. */
export function PeriodDialog({ range, onChoose, ...anchor }: Anchored & { range: Range; onChoose: (range: Between) => void }) {
  return (
    <Anchor {...anchor}>
      <BetweenForm range={range} onDone={(next) => (anchor.onOpen(false), onChoose(next))} />
    </Anchor>
  );
}

/** The same for a single moment. */
export function MomentDialog({ at, onChoose, ...anchor }: Anchored & { at: number; onChoose: (at: number) => void }) {
  return (
    <Anchor {...anchor}>
      <MomentForm at={at} onDone={(next) => (anchor.onOpen(false), onChoose(next))} />
    </Anchor>
  );
}

function Anchor({ label, trigger, shown = false, open, onOpen, children }: Anchored & { children: ReactNode }) {
  return (
    <DialogTrigger isOpen={open} onOpenChange={onOpen}>
      <Button look="quiet" size="small" className={shown ? '' : s.hidden}>
        {trigger}
      </Button>
      <Popover className={s.popover ?? ''} placement="bottom start">
        <AriaDialog aria-label={label} className={s.form ?? ''}>
          {children}
        </AriaDialog>
      </Popover>
    </DialogTrigger>
  );
}

function BetweenForm({ range, onDone }: { range: Range; onDone: (range: Between) => void }) {
  const now = coreNow();
  const [from, setFrom] = useState(toField(range.kind === 'between' ? range.from : now - range.ms));
  const [to, setTo] = useState(toField(range.kind === 'between' ? range.to : now));
  const start = fromField(from);
  const end = fromField(to);
  const bad = start === null || end === null ? 'Choose both moments.' : end <= start ? 'The end lies before the start.' : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (bad === null && start !== null && end !== null) onDone({ kind: 'between', from: start, to: end });
      }}
    >
      <Moment label="From" value={from} onChange={setFrom} />
      <Moment label="To" value={to} onChange={setTo} />
      {bad !== null && <p className={s.bad}>{bad}</p>}
      <Button type="submit" look="primary" isDisabled={bad !== null}>
        Use this period
      </Button>
    </form>
  );
}

function MomentForm({ at, onDone }: { at: number; onDone: (at: number) => void }) {
  const [text, setText] = useState(toField(at));
  const chosen = fromField(text);
  const bad = chosen === null ? 'Choose a moment.' : chosen >= coreNow() ? 'That moment has not come yet.' : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (bad === null && chosen !== null) onDone(chosen);
      }}
    >
      <Moment label="Moment" value={text} onChange={setText} />
      {bad !== null && <p className={s.bad}>{bad}</p>}
      <Button type="submit" look="primary" isDisabled={bad !== null}>
        Use this moment
      </Button>
    </form>
  );
}

function Moment({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className={s.moment}>
      {label}
      <input type="datetime-local" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
