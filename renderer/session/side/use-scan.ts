/**
 * Reads the stored events of a session once, in small pages, and then only what is new: for figures that no row carries (where the
 * time went, the subagent tree). A very long session is not read through; the view then shows what its row says.
 */
import { useEffect, useRef, useState } from 'react';
import { client } from '../../lib/client.ts';
import { foldSubagents, noSubagents, type Subagents } from '../model/subagents.ts';
import { foldTime, noTime, type SplitState } from '../model/time-split.ts';

/** Events above which a session is not read through, and events a page. */
export const MOST_EVENTS = 20_000;
const PAGE = 500;
/** Shortest time between two readings of a running session, milliseconds. */
const REST = 2000;

export type Scan = { readonly seq: number; readonly time: SplitState; readonly subagents: Subagents };
const start: Scan = { seq: 0, time: noTime, subagents: noSubagents };

/** @returns what the events say so far; null until they were read once, and always for a session that is too long */
export function useScan(id: string, events: number): Scan | null {
  const [scan, setScan] = useState<Scan | null>(null);
  const known = useRef(start);
  useEffect(() => {
    if (events > MOST_EVENTS || (known.current.seq >= events && known.current.seq > 0)) return;
    const gone = new AbortController();
    const catchUp = async (): Promise<void> => {
      let so = known.current;
      for (let more = true; more && !gone.signal.aborted;) {
        const page = await client.sessions.events({ id, after: so.seq, limit: PAGE }, { signal: gone.signal });
        for (const { seq, at, event } of page.events) so = { seq, time: foldTime(so.time, event, at), subagents: foldSubagents(so.subagents, event) };
        more = page.events.length === PAGE;
      }
      if (gone.signal.aborted) return;
      known.current = so;
      setScan(so);
    };
    // A reading that fails leaves the last figures on the screen; the next event or tab switch reads again.
    const timer = setTimeout(() => void catchUp().catch(() => undefined), known.current.seq === 0 ? 0 : REST);
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [id, events]);
  return scan;
}
