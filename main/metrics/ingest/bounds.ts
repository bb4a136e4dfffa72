/** Keeps what a tag may be within bounds: values beyond the first hundred are told together as `other`, so that nothing is lost when a name runs wild. */
import type { Tags } from '#shared/domain/metric.ts';

const VALUES = 100;
export const OTHER = 'other';

export class Bounds {
  readonly #values = new Map<string, Set<string>>();

  /** The tags as they are stored; the same object when nothing has to be changed. */
  within(metric: string, tags: Tags): Tags {
    const others: Tags = {};
    for (const name in tags) {
      const value = tags[name] ?? '';
      const key = `${metric}\n${name}`;
      let known = this.#values.get(key);
      if (!known) this.#values.set(key, (known = new Set()));
      if (known.has(value)) continue;
      if (known.size < VALUES) known.add(value);
      else others[name] = OTHER;
    }
    return Object.keys(others).length === 0 ? tags : { ...tags, ...others };
  }
}
