/** Events behind a number, newest first, as a list that draws only what is in view; each leads to its moment in its session. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Origin } from '#shared/contract/analytics.ts';
import type { Filter, Range } from '#shared/domain/query.ts';
import { formatExact } from '#shared/lib/format.ts';
import { EmptyState, ErrorState, Skeleton } from '../../components/feedback.tsx';
import { coreNow } from '../../lib/clock.ts';
import { client } from '../../lib/client.ts';
import { href, to } from '../../lib/router.ts';
import { useNames } from '../live/catalogue.ts';
import type { Metrics } from '../model/asked.ts';
import { printValue } from '#shared/lib/units.ts';
import s from './origins.module.css';

const PAGE = 100;
const ROW = 28;

type OriginsProps = {
  metric: string;
  where: readonly Filter[];
  range: Range;
  catalogue: Metrics;
  /** Of the list, in pixels; absent: its place. */
  height?: number;
};

export function Origins({ metric, where, range, catalogue, height }: OriginsProps) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['analytics.origins', metric, where, range],
    queryFn: ({ pageParam, signal }) => pageOf(metric, where, range, pageParam, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.before,
  });
  const names = useNames();
  const box = useRef<HTMLDivElement>(null);
  const rows = data?.pages.flatMap((page) => page.origins) ?? [];
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises this component
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 12, getItemKey: (i) => i });
  const items = list.getVirtualItems();
  const end = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && end >= rows.length - 20) void fetchNextPage();
  }, [end, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={4} />;
  if (rows.length === 0) return <EmptyState>No event of this period is behind it.</EmptyState>;
  return (
    <div
      ref={box}
      className={s.box}
      style={height === undefined ? undefined : { height: Math.min(height, rows.length * ROW + 2) }}
      tabIndex={0}
      role="region"
      aria-label="Events behind it"
    >
      <ul style={{ height: list.getTotalSize() }} className={s.list}>
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row && (
              <Row key={item.key} origin={row} top={item.start} catalogue={catalogue} names={names} titled={(catalogue.get(metric)?.inputs.length ?? 0) > 0} />
            )
          );
        })}
      </ul>
    </div>
  );
}

type RowProps = { origin: Origin; top: number; catalogue: Metrics; names: Readonly<Record<string, string>>; titled: boolean };

function Row({ origin, top, catalogue, names, titled }: RowProps) {
  const entry = catalogue.get(origin.metric);
  const session = origin.sessionId;
  return (
    <li className={s.row} style={{ transform: `translateY(${top}px)` }}>
      <time className={s.when} dateTime={new Date(origin.at).toISOString()}>
        {formatExact(origin.at)}
      </time>
      <span className={s.value}>{printValue(entry?.unit ?? 'count', origin.value)}</span>
      {titled && <span className={s.metric}>{entry?.title ?? origin.metric}</span>}
      <span className={s.text} title={origin.text}>
        {origin.text}
      </span>
      {session !== null && (
        <a className={s.session} href={href(to.session(session, origin.item ?? undefined))} title="Show this moment of the session">
          {names[session] ?? session}
        </a>
      )}
    </li>
  );
}

type Page = { origins: Origin[]; before: number | null };

async function pageOf(metric: string, where: readonly Filter[], range: Range, before: number | null, signal: AbortSignal): Promise<Page> {
  const now = coreNow();
  const { from, to } = range.kind === 'last' ? { from: now - range.ms, to: now + 1000 } : range;
  const span = { from: Math.floor(from), to: Math.ceil(to), ...(before === null ? {} : { before }) };
  const { origins, more } = await client.analytics.origins({ metric, where: [...where], ...span, limit: PAGE }, { signal });
  return { origins, before: more ? (origins.at(-1)?.at ?? null) : null };
}
