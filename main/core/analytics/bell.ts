/** Tells who watches which metrics that something of them was stored. */
export class AnalyticsBell {
  readonly #listeners = new Set<(metrics: ReadonlySet<string>) => void>();

  ring(points: readonly { readonly metric: string }[]): void {
    if (this.#listeners.size === 0) return;
    const metrics = new Set(points.map(({ metric }) => metric));
    for (const listener of this.#listeners) listener(metrics);
  }

  /** @returns the unsubscribe */
  on(listener: (metrics: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
