/** Reads the stored events of a session, page by page, and what is new while it works. */
import { useEffect, useRef, useState } from 'react';
import { client } from '../../lib/client.ts';
import { fold, nothing, type Course } from './course.ts';

const PAGE = 2000;
/** Shortest time between two readings of a session that works, milliseconds. */
const REST = 2000;

/** @returns its course; null until it was read once */
export function useCourse(id: string | null, events: number): { course: Course | null; error: unknown } {
  const [state, setState] = useState<{ id: string | null; course: Course | null; error: unknown }>({ id: null, course: null, error: null });
  const known = useRef<{ id: string | null; course: Course }>({ id: null, course: nothing });
  useEffect(() => {
    if (id === null) return undefined;
    if (known.current.id !== id) known.current = { id, course: nothing };
    if (known.current.course.seq >= events && events > 0) return undefined;
    const gone = new AbortController();
    const read = async (): Promise<void> => {
      let { course } = known.current;
      for (let more = true; more && !gone.signal.aborted;) {
        const page = await client.sessions.events({ id, after: course.seq, limit: PAGE }, { signal: gone.signal });
        course = fold(course, page.events);
        more = page.events.length === PAGE;
      }
      if (gone.signal.aborted) return;
      known.current = { id, course };
      setState({ id, course, error: null });
    };
    const timer = setTimeout(
      () => void read().catch((error: unknown) => !gone.signal.aborted && setState({ id, course: null, error })),
      known.current.course.seq === 0 ? 0 : REST,
    );
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [id, events]);
  return state.id === id ? { course: state.course, error: state.error } : { course: null, error: null };
}
