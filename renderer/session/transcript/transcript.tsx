/**
 * The transcript as a virtual list over the core: only the rows in sight exist, rows are measured, pages are fetched as they
 * come into sight. At the end it stays at the end; scrolled away it stands still and says how much is new.
 */
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from '../../components/button.tsx';
import { useKeys } from '../../lib/keys.ts';
import type { TranscriptStore } from '../model/transcript-store.ts';
import { LiveBlock } from './live-block.tsx';
import { Row } from './row.tsx';
import s from './transcript.module.css';

/** Guess of a row's height before it is measured, pixels: a tool call, the most frequent line. */
const GUESS = 38;
/** Closeness to the end, in pixels, that counts as being there. */
const NEAR_END = 48;

type Props = {
  store: TranscriptStore;
  /** The line to begin at; null begins at the end. */
  at: number | null;
  /** The session still runs. */
  live: boolean;
  /** What stands here before the first line. */
  empty: string;
};

export function Transcript({ store, at, live, empty }: Props) {
  useSyncExternalStore(store.subscribe, store.version);
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [cursor, setCursor] = useState<number | null>(null);
  const total = store.total;
  const count = total + store.blocks.length;

  // oxlint-disable-next-line react/incompatible-library -- its answers change without its identity, which is why nothing here is memoized over it
  const list = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => GUESS,
    overscan: 8,
    paddingStart: 20,
    paddingEnd: 20,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: NEAR_END,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
    // The row that has the focus stays in the page however far it is scrolled away, so the focus is never lost.
    rangeExtractor: useCallback((range: Range) => withCursor(defaultRangeExtractor(range), cursor, range.count), [cursor]),
  });

  const rows = list.getVirtualItems();
  const first = rows.find((row) => row.index !== cursor)?.index ?? 0;
  const last = rows.findLast((row) => row.index !== cursor)?.index ?? 0;
  const version = store.version();
  useEffect(() => {
    if (total > 0) store.show(first, last);
  }, [store, first, last, total, version]);

  const begun = useRef<number | null | undefined>(undefined);
  useLayoutEffect(() => {
    if (begun.current === at || count === 0) return;
    begun.current = at;
    if (at === null) list.scrollToEnd();
    else {
      list.scrollToIndex(Math.min(at, count - 1), { align: 'center' });
      setCursor(Math.min(at, count - 1));
    }
  }, [list, count, at]);

  const toggle = useCallback((index: number) => setOpen((before) => flipped(before, index)), []);
  const move = (by: number): void => {
    if (total === 0) return;
    const from = cursor ?? (by > 0 ? first - 1 : last + 1);
    const next = Math.min(total - 1, Math.max(0, from + by));
    setCursor(next);
    list.scrollToIndex(next, { align: 'auto' });
  };
  useEffect(() => {
    if (cursor === null) return;
    const row = scroller.current?.querySelector(`[data-index="${cursor}"]`);
    if (!row || row.contains(document.activeElement)) return;
    const target = row.querySelector('[data-toggle]') ?? row;
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  }, [cursor]);
  useKeys('Transcript', [
    { keys: ['j', 'ArrowDown'], label: 'Next line', run: () => move(1), quiet: true },
    { keys: ['k', 'ArrowUp'], label: 'Previous line', run: () => move(-1), quiet: true },
    { keys: 'Home', label: 'Beginning of the transcript', run: () => list.scrollToIndex(0), quiet: true },
    { keys: 'End', label: 'End of the transcript', run: () => list.scrollToEnd(), quiet: true },
  ]);
  useEffect(() => {
    const box = scroller.current;
    const onFocus = (event: FocusEvent): void => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
      if (row) setCursor(Number(row.dataset['index']));
    };
    box?.addEventListener('focusin', onFocus);
    return () => box?.removeEventListener('focusin', onFocus);
  }, []);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    let height = box.clientHeight;
    const sized = new ResizeObserver(() => {
      const lost = height - box.clientHeight;
      height = box.clientHeight;
      // A question or a notice that takes room must not cover the lines one was reading at the end.
      if (lost > 0 && box.scrollHeight - box.scrollTop - box.clientHeight - lost <= NEAR_END) box.scrollTop = box.scrollHeight;
    });
    sized.observe(box);
    return () => sized.disconnect();
  }, []);

  return (
    <div className={s.frame}>
      <div ref={scroller} className={s.scroller} role="region" aria-label="Transcript" tabIndex={0}>
        {count === 0 && <p className={s.empty}>{empty}</p>}
        <div ref={list.containerRef} className={s.list} role="list">
          {rows.map(({ index }) => (
            <div
              key={index}
              ref={list.measureElement}
              data-index={index}
              className={s.item}
              role="listitem"
              aria-posinset={index + 1}
              aria-setsize={count}
              tabIndex={-1}
            >
              <Line store={store} index={index} open={open.has(index)} live={live} onToggle={toggle} />
            </div>
          ))}
        </div>
      </div>
      <NewLines total={total} atEnd={list.isAtEnd(NEAR_END)} onPress={() => list.scrollToEnd()} />
    </div>
  );
}

type LineProps = { store: TranscriptStore; index: number; open: boolean; live: boolean; onToggle: (index: number) => void };

function Line({ store, index, open, live, onToggle }: LineProps) {
  const block = index >= store.total ? store.blocks[index - store.total] : undefined;
  if (block) return <LiveBlock block={block} />;
  const entry = store.get(index);
  if (!entry) return <div className={s.unknown} aria-hidden="true" />;
  const parent = parentOf(entry.item);
  const speaker = parent !== undefined && parent !== parentOf(store.get(index - 1)?.item) ? store.subagentTitle(parent) : '';
  return (
    <>
      {speaker !== '' && <p className={s.speaker}>{speaker}</p>}
      <Row entry={entry} depth={store.depth(parent)} open={open} live={live} onToggle={onToggle} />
    </>
  );
}

/** Says how many lines came since the end was last in sight. */
function NewLines({ total, atEnd, onPress }: { total: number; atEnd: boolean; onPress: () => void }) {
  const [seen, setSeen] = useState(total);
  if ((atEnd && seen !== total) || seen > total) setSeen(total);
  if (atEnd || total === 0) return null;
  const fresh = total - seen;
  return (
    <div className={s.pill} role="status">
      <Button size="small" icon={<ArrowDown />} onPress={onPress}>
        {fresh > 0 ? `${fresh} new` : 'To the end'}
      </Button>
    </div>
  );
}

function parentOf(item: { kind: string } | undefined): string | undefined {
  return item && 'parentCallId' in item && typeof item.parentCallId === 'string' ? item.parentCallId : undefined;
}

function withCursor(indexes: number[], cursor: number | null, count: number): number[] {
  if (cursor === null || cursor >= count || indexes.includes(cursor)) return indexes;
  return [...indexes, cursor].sort((a, b) => a - b);
}

function flipped(set: ReadonlySet<number>, value: number): ReadonlySet<number> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
