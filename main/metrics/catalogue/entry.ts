/** A measured metric, as the catalogue has it. */
import type { CatalogueEntry } from '#shared/domain/metric.ts';

export type Entry = Omit<CatalogueEntry, 'formula' | 'inputs'> & {
  /** Told by the ledger: also by `session` and `task`, and with the way to its events. */
  readonly ledger: boolean;
};
