/** Remembers the answers to commands, so that one sent again after a dropped socket is answered and not repeated. */
export class AnsweredCommands<T> {
  readonly #answers = new Map<string, Promise<T>>();
  readonly #limit: number;

  /** @param limit how many answers are kept; the oldest leave first */
  constructor(limit = 5000) {
    this.#limit = limit;
  }

  once(key: string, act: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = act();
    this.#answers.set(key, answer);
    if (this.#answers.size > this.#limit) {
      const oldest = this.#answers.keys().next().value;
      if (oldest !== undefined) this.#answers.delete(oldest);
    }
    return answer;
  }
}
