/**
 * The cursor and selection of a list, by id and not by place: when rows come and go the chosen one stays chosen, and when it leaves the
 * cursor goes to the row that took its place.
 */
import { useCallback, useMemo, useState } from 'react';

export type Cursor = {
  readonly active: string | null;
  readonly selected: ReadonlySet<string>;
  move(by: number): void;
  to(id: string): void;
  toggle(id?: string): void;
  /** Moves and takes the rows passed into the selection. */
  extend(by: number): void;
  clear(): void;
};

/**
 * @param ids rows in the order shown
 * @param onMove told the id whenever a person moves the cursor
 */
export function useCursor(ids: readonly string[], initial: string | null = null, onMove?: (id: string) => void): Cursor {
  const [wanted, setWanted] = useState<string | null>(initial);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [place, setPlace] = useState(0);

  const found = wanted === null ? -1 : ids.indexOf(wanted);
  if (found >= 0 && found !== place) setPlace(found);
  const index = found >= 0 ? found : Math.min(place, ids.length - 1);
  const active = ids[index] ?? null;
  const selected = useMemo(() => new Set([...picked].filter((id) => ids.includes(id))), [picked, ids]);

  const to = useCallback(
    (id: string) => {
      setWanted(id);
      onMove?.(id);
    },
    [onMove],
  );
  const step = (by: number): string | null => ids[Math.max(0, Math.min(ids.length - 1, index + by))] ?? null;

  return {
    active,
    selected,
    to,
    move(by) {
      const next = step(by);
      if (next !== null) to(next);
    },
    toggle(id = active ?? undefined) {
      if (id === undefined) return;
      setPicked((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      });
    },
    extend(by) {
      const next = step(by);
      if (next === null || active === null) return;
      setPicked((before) => new Set([...before, active, next]));
      to(next);
    },
    clear: () => setPicked(new Set()),
  };
}
