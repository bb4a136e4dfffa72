/** Whether an element can be seen: in the window or near it, in a tab that is shown. And how wide it is. */
import { useEffect, useState, type RefObject } from 'react';

export function useVisible(ref: RefObject<HTMLElement | null>): boolean {
  const [inView, setInView] = useState(false);
  const [shown, setShown] = useState(!document.hidden);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const watcher = new IntersectionObserver((entries) => setInView(entries.at(-1)?.isIntersecting ?? false), { rootMargin: '120px' });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [ref]);
  useEffect(() => {
    const look = (): void => setShown(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return inView && shown;
}

/** Width and height of an element's inside in whole pixels; null before it is laid out. */
export function useSize(ref: RefObject<HTMLElement | null>): { width: number; height: number } | null {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const watcher = new ResizeObserver((entries) => {
      const box = entries.at(-1)?.contentRect;
      if (!box || box.width === 0) return;
      const next = { width: Math.floor(box.width), height: Math.floor(box.height) };
      setSize((before) => (before?.width === next.width && before.height === next.height ? before : next));
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [ref]);
  return size;
}
