/**
 * What the evidence of a moment is worth together: points for each look at it, more for more surprise but with an end to it, added up (weights of evidence,
 * Good 1950).
 */
import { EVIDENCE, type EvidenceKind } from './evidence.ts';
import { POINTS, type Look } from './points.ts';

/** Surprise at which the stretches of points begin and end. */
const ENDS = [0, 1.5, 3, 5, 9] as const;
const LOUDEST = 9;
/** The longer a series, the more chances for a coincidence: points taken for ten times as many values (given for fewer), until so many. */
const FOR_TEN_TIMES = 2;
const USUAL = 2000;
const MOST = 20_000;
/** Share of the newest value in what is remembered of the last ones. */
const NEWEST = 0.2;
const NEWEST_OF_ALL = 0.25;

const LOOKS = Object.keys(POINTS).filter((key): key is Look => key in POINTS);
const lookOf = (kind: EvidenceKind): number => LOOKS.findIndex((look) => look === kind || look === kind.replace(/-(up|down)$/, ''));
/** For each kind of evidence the place of its look. */
const LOOK_OF = EVIDENCE.map(lookOf);
const FAR = LOOKS.indexOf('far');
const FORECAST = LOOKS.indexOf('forecast');
const LATELY = LOOKS.indexOf('lately');
/** Looks at single values and levels, which have two sides. */
const IS_SIDED = LOOKS.map((look) => EVIDENCE.some((kind) => kind === `${look}-up`));

export class Worth {
  readonly #looks = new Float64Array(LOOKS.length);
  #all = 0;
  #forecast = 0;
  #far = 0;
  #n = 0;

  /** Takes the surprises of the next value, in the order of `EVIDENCE`; answers their worth, 0 and up. An alarm is worth some 14. */
  next(surprises: ArrayLike<number>): number {
    const looks = this.#looks.fill(0);
    for (let k = 0; k < LOOK_OF.length; k++) {
      const look = LOOK_OF[k] ?? 0;
      looks[look] = Math.max(looks[look] ?? 0, Math.min(LOUDEST, surprises[k] ?? 0));
    }
    let sum = 0;
    let loudest = 0;
    for (let l = 0; l < LATELY; l++) {
      const look = looks[l] ?? 0;
      sum += look;
      if (IS_SIDED[l] === true) loudest = Math.max(loudest, look);
    }
    this.#all += (sum - this.#all) * NEWEST_OF_ALL;
    this.#forecast += ((looks[FORECAST] ?? 0) - this.#forecast) * NEWEST;
    this.#far += ((looks[FAR] ?? 0) - this.#far) * NEWEST;
    // In the scale of a single look.
    looks[LATELY] = this.#all / 3;
    looks[LATELY + 1] = this.#forecast * 2;
    looks[LATELY + 2] = this.#far * 2;
    looks[LATELY + 3] = loudest;
    let worth = -FOR_TEN_TIMES * Math.log10((Math.min(this.#n, MOST) + 100) / USUAL);
    this.#n++;
    for (let l = 0; l < LOOKS.length; l++) worth += pointsOf(l, looks[l] ?? 0);
    return Math.max(0, worth);
  }

  /** What one kind of evidence is worth by itself. @param kind its place in `EVIDENCE` */
  of(kind: number, surprise: number): number {
    return pointsOf(LOOK_OF[kind] ?? 0, surprise);
  }
}

const TABLE = LOOKS.map((look) => POINTS[look]);

function pointsOf(look: number, surprise: number): number {
  const points = TABLE[look];
  if (!points || surprise <= 0) return 0;
  let sum = 0;
  for (let k = 0; k < 4; k++) {
    const within = Math.min(surprise, ENDS[k + 1] ?? 9) - (ENDS[k] ?? 0);
    if (within <= 0) break;
    sum += within * (points[k] ?? 0);
  }
  return sum;
}
