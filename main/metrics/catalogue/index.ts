/** The one catalogue: what every metric is called, how it is told, and what it is made of. For the query engine and for people. */
import type { CatalogueEntry, MetricKind } from '#shared/domain/metric.ts';
import { DAY, KEEP_RAW_MS } from '../storage/limits.ts';
import type { Catalogue } from '../query/catalogue.ts';
import { formulas } from './derived.ts';
import { measuredEntries } from './measured.ts';

const measured = new Map(measuredEntries.map((entry) => [entry.name, entry]));
const derived = new Map(formulas.map((formula) => [formula.definition.name, formula.definition]));

export const catalogue: Catalogue = {
  measured: (name) => measured.get(name) ?? null,
  derived: (name) => derived.get(name) ?? null,
};

/** The kind of a metric the catalogue knows; null for one it does not. */
export const kindOf = (metric: string): MetricKind | null => measured.get(metric)?.kind ?? null;

/** Metrics a metric is read from: its inputs, or itself. */
export function readFrom(metric: string): string[] {
  const inputs = derived.get(metric)?.inputs.map((input) => input.metric);
  return inputs ? [...new Set(inputs)] : [metric];
}

/** True when the ledger tells every part of it. */
export const isOfLedger = (metric: string): boolean => readFrom(metric).every((name) => measured.get(name)?.ledger === true);

/** Everything there is, measured first. */
export const entries: readonly CatalogueEntry[] = [
  ...measuredEntries.map(({ ledger: _ledger, ...entry }): CatalogueEntry => ({
    ...entry,
    formula: null,
    inputs: [],
    // Only distributions are stored with sketches: one for every hour of every level would cost more than its sums.
    ...(entry.kind === 'distribution' ? {} : { quantileDays: KEEP_RAW_MS / DAY }),
  })),
  ...formulas.map(({ title, better, formula, definition }): CatalogueEntry => {
    const inputs = readFrom(definition.name);
    // What one input cannot be told by, the whole cannot.
    const tags = inputs.map((name) => measured.get(name)?.tags ?? []).reduce((all, own) => all.filter((tag) => own.includes(tag)));
    const { name, unit, minimum } = definition;
    return { name, title, unit, kind: 'gauge', formula, inputs, source: `made of ${inputs.join(', ')}`, tags, minimum, better };
  }),
];
