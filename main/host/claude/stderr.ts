/** Standard error of the CLI as bounded events, and its last words for the case that it dies. */
import type { SessionEvent } from '#shared/domain/session-event.ts';
import { clip } from './clip.ts';

const MAX_EVENT = 16_000;
const MAX_RUN = 1_000_000;
const MAX_LAST_WORDS = 2000;

export class Stderr {
  #total = 0;
  #tail = '';

  /** @returns nothing once a run has said more than a million characters there */
  take(text: string): SessionEvent[] {
    this.#tail = (this.#tail + text).slice(-MAX_LAST_WORDS);
    const full = this.#total > MAX_RUN;
    this.#total += text.length;
    if (full) return [];
    if (this.#total > MAX_RUN) {
      return [
        {
          kind: 'notice',
          level: 'warn',
          code: 'STDERR_TOO_LONG',
          text: `The agent wrote more than ${MAX_RUN} characters to standard error; the rest is not kept.`,
        },
      ];
    }
    const { text: kept, cut } = clip(text, MAX_EVENT);
    return [{ kind: 'output', stream: 'stderr', source: 'agent', text: kept, ...(cut === undefined ? {} : { cut }) }];
  }

  get lastWords(): string {
    return this.#tail.trim();
  }
}
