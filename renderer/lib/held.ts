/** New rows wait while a list is scrolled, so that nothing moves under the pointer; rows that are shown change and leave as they do. */
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';

/**
 * @param ids rows in the order they would be shown
 * @param box the element that scrolls
 * @returns which rows to show, how many wait, and the act that lets them in
 */
export function useHeld(ids: readonly string[], box: RefObject<HTMLElement | null>): { shown: ReadonlySet<string>; waiting: number; release: () => void } {
  const known = useRef<ReadonlySet<string>>(new Set(ids));
  const [scrolled, setScrolled] = useState(false);
  const [released, setReleased] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = (): void => setScrolled(element.scrollTop > 4);
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [box]);

  const shown = useMemo(() => {
    if (!scrolled || known.current.size === 0) return new Set(ids);
    return new Set(ids.filter((id) => known.current.has(id)));
    // Letting rows in changes what is known, which only `released` tells.
  }, [ids, scrolled, released]);
  useEffect(() => {
    known.current = shown;
  }, [shown]);

  return {
    shown,
    waiting: ids.length - shown.size,
    release() {
      known.current = new Set(ids);
      setReleased((count) => count + 1);
    },
  };
}
