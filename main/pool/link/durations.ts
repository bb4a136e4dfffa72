/** Durations of one kind at one host: quantiles of the last minute for the view, and a sketch of what came since the last minute was stored. */
import type { Quantiles } from '#shared/domain/connection.ts';
import { Sketch, type SketchJson } from '#shared/lib/sketch.ts';
import { RollingQuantiles } from '../health/window.ts';

/** So many wait to be counted at most. */
const MOST_NEW = 32;
const NOTHING = new Sketch().toJSON();

/** What comes is only noted, and counted when somebody asks or many wait: a thousand hosts that are dialled at once have no time for more. */
export class Durations {
  /** When (monotonic ms) and how long (ms), in turn. */
  #new: number[] = [];
  #window: RollingQuantiles | null = null;
  #minute: Sketch | null = null;

  /** @param now monotonic ms, never before that of the last call @param ms 0 or more */
  add(now: number, ms: number): void {
    this.#new.push(now, ms);
    if (this.#new.length >= 2 * MOST_NEW) this.#count();
  }

  /** Null when nothing was measured in the last minute. @param now monotonic ms */
  view(now: number): Quantiles {
    this.#count();
    return this.#window?.view(now) ?? null;
  }

  /** What came since the last call. */
  minute(): SketchJson {
    this.#count();
    const sketch = this.#minute?.toJSON() ?? NOTHING;
    this.#minute = null;
    return sketch;
  }

  #count(): void {
    if (this.#new.length === 0) return;
    const window = (this.#window ??= new RollingQuantiles());
    const minute = (this.#minute ??= new Sketch());
    for (let i = 0; i < this.#new.length; i += 2) {
      const ms = this.#new[i + 1] ?? 0;
      window.add(this.#new[i] ?? 0, ms);
      minute.add(ms);
    }
    this.#new = [];
  }
}
