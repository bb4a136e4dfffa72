/** Follows one session to its end: prints what it does, deals with its permission requests. */
import type { Client } from '#shared/contract/index.ts';
import { SessionEvent } from '#shared/domain/session-event.ts';
import type { Session } from '#shared/domain/session.ts';
import { ENDED_SESSION } from '#shared/domain/status.ts';
import { paint, plain, print, printJson } from '../output.ts';
import { printQuestions } from '../questions.ts';

const PAGE = 1000;

export type FollowOptions = { readonly json: boolean; readonly onAsk: 'wait' | 'deny' };

/**
 * @param seen events of this session that were printed before
 * @returns when the session has ended or `signal` fired
 */
export async function followSession(
  client: Client,
  sessionId: string,
  seen: number,
  options: FollowOptions,
  signal: AbortSignal,
): Promise<{ session: Session; seen: number }> {
  const follower = new Follower(client, sessionId, seen, options);
  // The feed beats with every change of the session; what is printed are the stored events, so nothing is missed or doubled.
  const feed = await client.sessions.watch({ id: sessionId, since: 0 }, { signal });
  try {
    for await (const _beat of feed) {
      await follower.printNew();
      if (await follower.ended()) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await follower.printNew();
  return { session: (await client.sessions.get({ id: sessionId })).session, seen: follower.seen };
}

class Follower {
  seen: number;
  readonly #client: Client;
  readonly #id: string;
  readonly #options: FollowOptions;

  constructor(client: Client, id: string, seen: number, options: FollowOptions) {
    this.#client = client;
    this.#id = id;
    this.seen = seen;
    this.#options = options;
  }

  async printNew(): Promise<void> {
    for (;;) {
      const { events } = await this.#client.sessions.events({ id: this.#id, after: this.seen, limit: PAGE });
      for (const stored of events) {
        if (this.#options.json) printJson({ type: 'event', sessionId: this.#id, ...stored });
        const event = SessionEvent.safeParse(stored.event);
        if (event.success) await this.#react(event.data);
      }
      this.seen = events.at(-1)?.seq ?? this.seen;
      if (events.length < PAGE) return;
    }
  }

  async ended(): Promise<boolean> {
    const { session } = await this.#client.sessions.get({ id: this.#id });
    return ENDED_SESSION.some((status) => status === session.status);
  }

  async #react(event: SessionEvent): Promise<void> {
    const line = this.#options.json ? null : describe(event);
    if (line !== null) print(line);
    if (event.kind !== 'permission_asked') return;
    const asked = (await this.#client.permissions.list({})).permissions.find(
      (permission) => permission.sessionId === this.#id && permission.requestId === event.requestId,
    );
    // A rule may have answered it already.
    if (!asked || asked.status !== 'waiting') return;
    if (this.#options.onAsk === 'deny') await this.#client.permissions.answer({ id: asked.id, answer: { kind: 'deny', note: 'Nobody is there to be asked.' } });
    else if (!this.#options.json && asked.questions.length > 0) printQuestions(asked);
    else if (!this.#options.json) print(`    answer with: acc permissions allow ${asked.id}   or: acc permissions deny ${asked.id} NOTE`);
  }
}

/** One line of progress; null for what a terminal need not show. */
function describe(event: SessionEvent): string | null {
  switch (event.kind) {
    case 'text':
      return `\n${plain(event.text)}\n`;
    case 'tool_call':
      return `  ${paint('cyan', '>')} ${plain(event.title)}`;
    case 'tool_result':
      return event.status === 'failed' ? `    ${paint('red', 'failed')} ${plain(event.output.split('\n', 1)[0] ?? '')}` : null;
    case 'permission_asked':
      return `  ${paint('yellow', '?')} asks: ${plain(event.title)}`;
    case 'permission_closed':
      return `    ${event.outcome}${event.note ? `, ${plain(event.note)}` : ''}`;
    case 'output':
      return plain(event.text.replace(/\n$/, ''));
    case 'notice':
      return `  ${event.level}: ${plain(event.text)}`;
    case 'rate_limit':
      return event.status === 'ok' ? null : `  ${plain(event.text)}`;
    case 'exited':
      return event.fault ? `  ${plain(event.fault.message)}` : null;
    default:
      return null;
  }
}
