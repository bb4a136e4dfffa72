/** Writes the stored events of a session as JSON lines, one event a line, and hands the file to the browser. */
import type { Session } from '#shared/domain/session.ts';
import { client } from '../lib/client.ts';
import { attempt, say } from '../lib/toasts.ts';

const BATCH = 1000;

export async function exportTranscript(session: Session): Promise<void> {
  const parts: string[] = [];
  const done = await attempt(async () => {
    for (let after = 0; ;) {
      const { events } = await client.sessions.events({ id: session.id, after, limit: BATCH });
      parts.push(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      const last = events.at(-1);
      if (!last || events.length < BATCH) return true;
      after = last.seq;
    }
  });
  if (!done) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type: 'application/jsonl' }));
  link.download = `${session.id}.jsonl`;
  link.click();
  // The browser has begun to read the file by then; the address must not live as long as the page.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  say(`Exported the transcript of "${session.title}".`);
}
