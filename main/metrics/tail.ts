/** Who watches which metrics live, and tells each what changed of them. */
import type { LiveSecond } from './storage/live.ts';

type Watcher = { readonly metrics: ReadonlySet<string>; readonly listener: (seconds: readonly LiveSecond[]) => void };

export class Tail {
  readonly #watch: (metrics: string[]) => void;
  readonly #watchers = new Set<Watcher>();

  /** @param watch asks the writing thread for exactly these metrics */
  constructor(watch: (metrics: string[]) => void) {
    this.#watch = watch;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  add(metrics: readonly string[], listener: Watcher['listener']): () => void {
    const watcher: Watcher = { metrics: new Set(metrics), listener };
    this.#watchers.add(watcher);
    this.#watch(this.#all());
    return () => {
      if (this.#watchers.delete(watcher)) this.#watch(this.#all());
    };
  }

  /** A new thread has to be told. */
  again(): void {
    if (this.isWatched) this.#watch(this.#all());
  }

  tell(seconds: readonly LiveSecond[]): void {
    for (const { metrics, listener } of this.#watchers) {
      const theirs = seconds.filter(({ metric }) => metrics.has(metric));
      if (theirs.length > 0) listener(theirs);
    }
  }

  #all(): string[] {
    return [...new Set([...this.#watchers].flatMap(({ metrics }) => [...metrics]))];
  }
}
