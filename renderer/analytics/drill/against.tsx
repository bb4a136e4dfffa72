/** What a series is compared with at the side of its chart: the week before, what was before a moment (a deployment, a flag's step), any period. */
import { useState } from 'react';
import type { Range } from '#shared/domain/query.ts';
import { formatExact } from '#shared/lib/format.ts';
import { Button } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { coreNow } from '../../lib/clock.ts';
import { MomentDialog, PeriodDialog } from '../dashboard/period-dialog.tsx';
import { periodText } from '../model/ranges.ts';
import type { Against } from './asked-against.ts';

/** Offered first as the moment: an hour ago. */
const HOUR = 3_600_000;

const words = (against: Against): string => {
  if (against.with === 'week') return 'the week before';
  return against.with === 'moment' ? `before ${formatExact(against.at)}` : periodText(against.from, against.to);
};

export function AgainstPicker({ against, range, onChange }: { against: Against; range: Range; onChange: (against: Against) => void }) {
  const [open, setOpen] = useState<'moment' | 'between' | null>(null);
  return (
    <>
      <Menu
        label="Compare the series with"
        acts={[
          { id: 'week', label: 'The week before', checked: against.with === 'week', run: () => onChange({ with: 'week' }) },
          { id: 'moment', label: 'Before a moment…', checked: against.with === 'moment', run: () => setOpen('moment') },
          { id: 'between', label: 'Another period…', checked: against.with === 'between', run: () => setOpen('between') },
        ]}
      >
        <Button size="small">{words(against)}</Button>
      </Menu>
      <MomentDialog
        label="Before which moment"
        trigger="Choose the moment"
        at={against.with === 'moment' ? against.at : coreNow() - HOUR}
        open={open === 'moment'}
        onOpen={(is) => setOpen(is ? 'moment' : null)}
        onChoose={(at) => onChange({ with: 'moment', at })}
      />
      <PeriodDialog
        label="Compared with which period"
        trigger="Choose the period"
        range={against.with === 'between' ? { kind: 'between', from: against.from, to: against.to } : range}
        open={open === 'between'}
        onOpen={(is) => setOpen(is ? 'between' : null)}
        onChoose={({ from, to }) => onChange({ with: 'between', from, to })}
      />
    </>
  );
}
