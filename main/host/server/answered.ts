/**
 * Remembers the answers to commands, so that one sent again after a dropped connection is answered and not repeated. Bounded by count,
 * age and characters; the oldest leave first, one that is still being carried out never.
 */
import { limits } from './limits.ts';

type Entry = { readonly answer: Promise<string>; readonly at: number; chars: number; done: boolean };
type Bounds = { readonly count: number; readonly ageMs: number; readonly chars: number };

export class AnsweredCommands {
  readonly #entries = new Map<string, Entry>();
  readonly #bounds: Bounds;
  readonly #now: () => number;
  #chars = 0;

  /** @param now a clock that only goes forward, in milliseconds */
  constructor(bounds: Bounds = { count: limits.answers, ageMs: limits.answersMs, chars: limits.answersChars }, now: () => number = () => performance.now()) {
    this.#bounds = bounds;
    this.#now = now;
  }

  /** The answer to this key, given before or still to come. */
  known(key: string): Promise<string> | undefined {
    this.#forget();
    return this.#entries.get(key)?.answer;
  }

  /** Keeps the answer that is on its way. */
  keep(key: string, answer: Promise<string>): void {
    const entry: Entry = { answer, at: this.#now(), chars: 0, done: false };
    this.#entries.set(key, entry);
    const end = (chars: number): void => {
      entry.done = true;
      entry.chars = chars;
      this.#chars += chars;
      this.#forget();
    };
    answer.then(
      (text) => end(text.length),
      () => end(0),
    );
  }

  #forget(): void {
    const oldest = this.#now() - this.#bounds.ageMs;
    for (const [key, entry] of this.#entries) {
      if (!entry.done) continue;
      if (entry.at >= oldest && this.#entries.size <= this.#bounds.count && this.#chars <= this.#bounds.chars) return;
      this.#chars -= entry.chars;
      this.#entries.delete(key);
    }
  }
}
