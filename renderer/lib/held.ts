/** New rows wait while a list is scrolled, so that nothing moves under the pointer; rows that are shown change and leave as they do. */
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';

/** Which rows to show, how many wait, and the act that lets them in. */
export type Held = { shown: ReadonlySet<string>; waiting: number; release: () => void };

/**
 * @param ids rows in the order they would be shown
 * @param box the element that scrolls
 */
export function useHeld(ids: readonly string[], box: RefObject<HTMLElement | null>): Held {
  // The rows that were there when the list was scrolled away from its top; null at the top, where every row is shown.
  const [known, setKnown] = useState<ReadonlySet<string> | null>(null);
  const latest = useRef(ids);
  useEffect(() => {
    latest.current = ids;
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = (): void => setKnown((before) => (element.scrollTop <= 4 ? null : (before ?? new Set(latest.current))));
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [box]);
  const shown = useMemo(() => new Set(known === null ? ids : ids.filter((id) => known.has(id))), [ids, known]);
  return { shown, waiting: ids.length - shown.size, release: () => setKnown(new Set(ids)) };
}
