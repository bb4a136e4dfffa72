/** From a figure to what is behind it: the ledger's samples, each with the event of its session, the newest first. */
import type { Origin } from '#shared/contract/analytics.ts';
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Filter } from '#shared/domain/query.ts';
import { ok, type Result } from '#shared/lib/fault.ts';
import { tellValue } from '#shared/lib/units.ts';
import type { OriginRow } from '#store/insight/ledger.ts';
import type { Insight } from '#store/insight/index.ts';
import type { Analytics } from './analytics.ts';

/** Rows read at once, and how many times for one page: a filter may leave out most of them. */
const READ = 2000;
const READS = 10;

export type OriginsInput = {
  readonly metric: string;
  readonly where: readonly Filter[];
  readonly from: number;
  readonly to: number;
  readonly before?: number | undefined;
  readonly limit: number;
};

/** A measurement that is no fact of the ledger has no event behind it: then there are none. */
export async function originsOf(
  analytics: Analytics,
  insight: Insight,
  { metric, where, from, to, before, limit }: OriginsInput,
  signal: AbortSignal | undefined,
): Promise<Result<{ origins: Origin[]; more: boolean }>> {
  const opened = await analytics.open();
  if (!opened.ok) return opened;
  const { readFrom, entries, scopeOf, isScope } = opened.value.parts;
  const metrics = readFrom(metric);
  const own = where.filter(({ tag }) => !isScope(tag));
  const passes = ({ tags }: OriginRow): boolean => own.every(({ tag, op, values }) => values.includes(tags[tag] ?? '') === (op === 'is'));
  const found: OriginRow[] = [];
  let end = Math.min(to, before ?? to);
  let more = true;
  for (let reads = 0; reads < READS && more && found.length <= limit; reads++) {
    const rows = await insight.ledgerOrigins({ metrics, from, to: end, scope: scopeOf(where), limit: READ }, signal);
    if (!rows.ok) return rows;
    more = rows.value.length === READ;
    const last = rows.value.at(-1)?.at;
    // A moment is read whole or not at all, unless it is all there is.
    const whole = more && rows.value[0]?.at !== last ? rows.value.filter(({ at }) => at !== last) : rows.value;
    found.push(...whole.filter(passes));
    if (last !== undefined) end = more && whole.length < rows.value.length ? last + 1 : last;
  }
  // The next page begins before a time: a moment must not be cut in two.
  let cut = Math.min(limit, found.length);
  while (cut < found.length && found[cut]?.at === found[cut - 1]?.at) cut++;
  const units = new Map(entries.map((entry) => [entry.name, entry]));
  return ok({ origins: found.slice(0, cut).map((row) => originOf(row, units.get(row.metric))), more: more || cut < found.length });
}

function originOf({ title, ...row }: OriginRow, entry: CatalogueEntry | undefined): Origin {
  const value = tellValue(entry?.unit ?? 'count', row.value);
  const tags = Object.entries(row.tags).map(([name, is]) => `${name} ${is}`);
  return { ...row, text: [`${entry?.title ?? row.metric}: ${value}`, title, tags.join(', ')].filter((part) => part !== '').join(' · ') };
}
