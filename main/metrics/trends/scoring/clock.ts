/** Keeps the season in step with time where values are missing: steps that were left out are filled with what the season expected. */
import type { SeasonLearner } from './season-learner.ts';
import { SortedWindow } from './sorted-window.ts';

/** A longer gap starts anew in phase zero: filling it would only push the past out. */
const MOST = 4000;

export class Clock {
  readonly #steps = new SortedWindow(101);
  #last = Number.NaN;
  #debt = 0;

  next(at: number, season: SeasonLearner): void {
    const gap = at - this.#last;
    if (Number.isFinite(at)) this.#last = at;
    if (!(gap > 0)) return;
    const step = this.#steps.quantile(0.25);
    this.#steps.add(gap);
    if (this.#steps.size < 20 || !(step > 0)) return;
    // What is left over of a step is carried on, so that jitter does not add up to lost phases.
    this.#debt += gap / step - 1;
    const missing = Math.round(this.#debt);
    if (missing <= 0 || missing > MOST) {
      this.#debt = Math.max(-0.5, Math.min(0.5, this.#debt));
      return;
    }
    this.#debt -= missing;
    for (let i = 0; i < missing; i++) season.skip();
  }
}
