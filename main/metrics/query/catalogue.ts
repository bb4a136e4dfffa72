/** What the query engine has to know of metrics: kind and unit of measured ones, the formula of derived ones. The catalogue itself gives it. */
import type { MetricKind, Unit } from '#shared/domain/metric.ts';
import type { Aggregate, Filter } from '#shared/domain/query.ts';

export type Measured = {
  readonly name: string;
  readonly kind: MetricKind;
  readonly unit: Unit;
  /** Samples below which a total is "not enough data". */
  readonly minimum: number;
};

/** A value and the number of samples it rests on; null: there is none. */
export type Cell = { readonly value: number | null; readonly n: number };

/** A measured metric that goes into a derived one. */
export type Input = { readonly metric: string; readonly aggregate: Aggregate; readonly where?: readonly Filter[] };

export type Derived = {
  readonly name: string;
  readonly unit: Unit;
  readonly minimum: number;
  readonly inputs: readonly Input[];
  /**
   * Pure: the value made of the inputs' values, in their order, and what it rests on. Called for the whole range and for every step;
   * a null value says that it cannot be told (nothing to divide by).
   */
  readonly evaluate: (inputs: readonly Cell[]) => Cell;
};

export type Catalogue = {
  measured(name: string): Measured | null;
  derived(name: string): Derived | null;
};

/** Knows nothing: every metric is what its samples say it is. */
export const noCatalogue: Catalogue = { measured: () => null, derived: () => null };
