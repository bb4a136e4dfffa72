/**
 * Everything that can be odd about a new value, each told as a surprise (minus log10 of its chance given the past of the same series):
 * far from all, far from its neighbours, far from its season, badly foretold, level moved, noise changed, smoother than ever, stuck, shape never seen.
 */
import { Calm } from './calm.ts';
import { Clock } from './clock.ts';
import { Predictor } from './predictor.ts';
import { Repeats } from './repeats.ts';
import { RunningMean } from './running-mean.ts';
import { SeasonLearner } from './season-learner.ts';
import { Shapes } from './shapes.ts';
import { SortedWindow } from './sorted-window.ts';
import { Tail } from './tail.ts';

/** The kinds of evidence, in the order of the answer. Up and down are told apart: spikes that are usual do not excuse a drop. */
export const EVIDENCE = [
  'far-up',
  'far-down',
  'jump-up',
  'jump-down',
  'season-up',
  'season-down',
  'forecast-up',
  'forecast-down',
  'level8-up',
  'level8-down',
  'level32-up',
  'level32-down',
  'noise16-up',
  'noise16-down',
  'noise64-up',
  'noise64-down',
  'calm',
  'stuck',
  'shape',
  'long-shape',
] as const;
export type EvidenceKind = (typeof EVIDENCE)[number];

const place = (kind: EvidenceKind): number => EVIDENCE.indexOf(kind);
const FAR = place('far-up');
const JUMP = place('jump-up');
const SEASON = place('season-up');
const FORECAST = place('forecast-up');
const LEVELS = place('level8-up');
const CALM = place('calm');
const STUCK = place('stuck');
const SHAPE = place('shape');
const LONG_SHAPE = place('long-shape');

/** Standard units beyond which an outlier is as good as another for models and averages. */
const CLIP = 8;
/** Shares of the spread: up to the one two values are the same, beyond the other a value has moved. */
const SAME = 1e-4;
const MOVED = 1e-3;
/** What is left of the longest run after each change. */
const RECORD_FADES = 1 - 1 / 4000;
/** Neighbouring values of each kind that say the same. */
const SPANS: Readonly<Record<EvidenceKind, number>> = {
  'far-up': 1,
  'far-down': 1,
  'jump-up': 1,
  'jump-down': 1,
  'season-up': 1,
  'season-down': 1,
  'forecast-up': 1,
  'forecast-down': 1,
  'level8-up': 4,
  'level8-down': 4,
  'level32-up': 8,
  'level32-down': 8,
  'noise16-up': 5,
  'noise16-down': 5,
  'noise64-up': 10,
  'noise64-down': 10,
  calm: 11,
  stuck: 1,
  shape: 4,
  'long-shape': 2,
};

const clip = (value: number, by: number): number => Math.min(by, Math.max(-by, value));

export class Evidence {
  readonly surprises = new Float64Array(EVIDENCE.length);
  /** What was expected of the last value. */
  expected = Number.NaN;
  readonly #tails = EVIDENCE.map((kind) => new Tail({ halfLife: 4000, span: SPANS[kind] }));
  readonly #all = new SortedWindow(1000);
  readonly #nearSeason = new SortedWindow(11);
  readonly #near = new SortedWindow(11);
  readonly #nearErrors = new SortedWindow(300);
  readonly #season = new SeasonLearner();
  readonly #seasonErrors = new SortedWindow(500);
  readonly #predictor = new Predictor();
  readonly #forecastErrors = new SortedWindow(300);
  readonly #levels = [8, 32].map((n) => ({ n, mean: new RunningMean(n) }));
  readonly #noises = [16, 64].map((n) => ({ n, mean: new RunningMean(n) }));
  #usualNoise = 1;
  readonly #shape = new Shapes(16, 500);
  readonly #longShape = new Shapes(12, 400);
  readonly #calm = new Calm();
  readonly #clock = new Clock();
  readonly #repeats = new Repeats();
  #four = 0;
  #fourCount = 0;
  #last = Number.NaN;
  #run = 0;
  /** Steps on which the value moved, and the most steps in a row on which it did not. */
  #changes = 0;
  #longestRun = 0;
  #n = 0;
  #centre = 0;
  #spread = 0;

  /** Takes the next value and fills `surprises`. @param at milliseconds since the epoch */
  next(at: number, value: number): void {
    this.surprises.fill(0);
    this.#clock.next(at, this.#season);
    if (this.#n >= 10) this.#judge(value);
    this.#n++;
    this.#all.add(value);
    this.#near.add(value);
    this.#season.add(value);
    this.#repeats.add(value);
    this.#last = value;
  }

  /** Whether the last values came just so before. Takes a while: to be asked where it matters only. */
  isRepeat(): boolean {
    return this.#repeats.found(SAME * this.#spread, MOVED * this.#spread);
  }

  #judge(value: number): void {
    // Width below which differences mean nothing: rounding of the numbers themselves, or a thousandth of their size.
    const spread = this.#all.spread();
    this.#centre = this.#all.quantile(0.5);
    const floor = Math.max(Math.abs(this.#centre) * 1e-3, spread * 1e-2, 1e-300);
    this.#spread = Math.max(spread, floor);
    this.#both(FAR, (value - this.#centre) / this.#spread);

    const near = this.#near.quantile(0.5);
    const seasonal = this.#season.expected();
    const step = value - near - this.#usualStep(seasonal);
    this.#both(JUMP, step / Math.max(this.#nearErrors.spread(), floor));
    this.#nearErrors.add(step);

    const base = Number.isNaN(seasonal) ? this.#centre : seasonal;
    let off = (value - base) / this.#spread;
    if (!Number.isNaN(seasonal)) {
      const width = Math.max(this.#seasonErrors.spread(), floor);
      off = (value - seasonal) / width;
      if (this.#seasonErrors.size >= 30) this.#both(SEASON, off);
      else off = 0;
      this.#seasonErrors.add(value - seasonal);
    }

    const unit = clip((value - this.#centre) / this.#spread, CLIP);
    const seasonUnit = Number.isNaN(seasonal) ? 0 : clip((seasonal - this.#centre) / this.#spread, CLIP);
    const told = clip(this.#predictor.predict(seasonUnit), CLIP);
    this.expected = this.#centre + told * this.#spread;
    const error = (value - this.#centre) / this.#spread - told;
    const errorWidth = Math.max(this.#forecastErrors.spread(), floor / this.#spread);
    this.#both(FORECAST, error / errorWidth);
    this.#forecastErrors.add(error);
    // An outlier is remembered as no more than unusual, so that it neither bends the model nor echoes in the next forecasts.
    this.#predictor.learn(clip(told + clip(unit - told, 4 * errorWidth), CLIP), told);

    let at = LEVELS;
    for (const level of this.#levels) {
      const mean = level.mean.add(clip(off, 4)) * Math.sqrt(level.n);
      if (level.mean.full) this.#both(at, mean);
      at += 2;
    }
    const size = Math.min(Math.abs(error), 5 * errorWidth, CLIP);
    this.#usualNoise += (size - this.#usualNoise) * Math.max(0.002, 1 / (this.#n + 1));
    for (const noise of this.#noises) {
      const mean = noise.mean.add(size);
      const ratio = (mean + 1e-3) / (this.#usualNoise + 1e-3);
      if (noise.mean.full) this.#both(at, Math.log2(ratio) * 4);
      at += 2;
    }

    const calm = this.#calm.next(value);
    if (calm !== 0) this.#one(CALM, calm);
    if (Math.abs(value - this.#last) > 1e-9 * Math.abs(value)) this.#changed();
    else this.#run++;
    this.surprises[STUCK] = this.#stuck();
    this.#one(SHAPE, this.#shape.next(unit));
    this.#four += unit;
    this.#fourCount++;
    if (this.#fourCount === 4) {
      this.#one(LONG_SHAPE, this.#longShape.next(this.#four / 4));
      this.#four = 0;
      this.#fourCount = 0;
    }
  }

  /** How far a strong season steps away from its own neighbourhood here: a jump at the same time every day is none. */
  #usualStep(seasonal: number): number {
    if (Number.isNaN(seasonal) || this.#season.strength <= 0.5) return 0;
    const step = this.#nearSeason.size >= 8 ? seasonal - this.#nearSeason.quantile(0.5) : 0;
    this.#nearSeason.add(seasonal);
    return step;
  }

  /** Ends a run of equal values. One incident does not make long runs usual: the record at most doubles with each. */
  #changed(): void {
    this.#changes++;
    this.#longestRun = Math.max(this.#longestRun * RECORD_FADES, Math.min(this.#run, 2 * this.#longestRun + 8));
    this.#run = 0;
  }

  /** Runs of chance have exponential lengths: of so many the longest tells how rare a longer one is. Shorter than the record: nothing. */
  #stuck(): number {
    const longest = Math.max(1, this.#longestRun);
    return this.#run < 4 || this.#run <= longest ? 0 : Math.log10(this.#changes + 1) * (this.#run / longest);
  }

  /** Judges a signed value on both its sides. */
  #both(at: number, value: number): void {
    this.#one(at, value);
    this.#one(at + 1, -value);
  }

  #one(at: number, value: number): void {
    const tail = this.#tails[at];
    if (!tail) return;
    this.surprises[at] = tail.surprise(value);
    tail.add(value);
  }
}
