/**
 * The ledger of measurements: every fact that is measured leaves its samples here in its own transaction, so a stored fact is always a
 * measured one. The metrics read the rows in order; where they stand is theirs to know.
 *
 *   fact ──its transaction──► row ──read in order──► metrics.db ──after KEPT_MS──► gone
 */
import { MetricKind, Tags, type Sample } from '#shared/domain/metric.ts';
import type { Columns } from '../rows.ts';
import type { Sql } from '../sql.ts';
import { contextOf, contextOfPlan, NOBODY } from './context.ts';
import type { Fact, FactContext, Measure, Place, LedgerRow } from './fact.ts';

const NOWHERE: Omit<Place, 'at'> = { sessionId: null };
/** Sessions and sets of tags that are remembered. */
const REMEMBERED = 5000;
/** Rows of one statement, at most. */
const TOGETHER = 8;

export class Ledger {
  readonly #sql: Sql;
  readonly #measure: Measure | null;
  readonly #contexts = new Map<string, FactContext>();
  readonly #tagIds = new Map<string, number>();
  readonly #tags = new Map<number, Tags>();
  readonly #listeners = new Set<() => void>();

  /** @param measure null: nothing is measured */
  constructor(sql: Sql, measure: Measure | null) {
    this.#sql = sql;
    this.#measure = measure;
  }

  /** True when facts are wanted at all: what costs a question to the database is not asked otherwise. */
  get measures(): boolean {
    return this.#measure !== null;
  }

  /**
   * Takes a fact. Only inside the transaction that stores it.
   * @param planId says whose it is as long as there is no session
   */
  add(fact: Fact, place: Place, planId?: string): void {
    if (this.#measure === null) return;
    const own = place.sessionId === null ? null : this.#context(place.sessionId);
    const context = own ?? (planId === undefined ? NOBODY : contextOfPlan(this.#sql, planId));
    this.#insert(
      this.#measure(fact, context).map(({ metric, tags, value }) => ({ metric, tags, value, at: place.at })),
      place,
    );
  }

  /** Takes samples of what is no fact of the store. Only inside a transaction. */
  put(samples: readonly (Sample & { readonly kind?: MetricKind })[]): void {
    this.#insert(samples, NOWHERE);
  }

  /** What is known of a session, or of all, changed: host, model, who created its task. */
  forget(sessionId?: string): void {
    if (sessionId === undefined) this.#contexts.clear();
    else this.#contexts.delete(sessionId);
  }

  /** Rows after a number, in order. */
  after(seq: number, limit: number): LedgerRow[] {
    return this.#sql.all(
      (row) => ({
        seq: row.num('seq'),
        at: row.num('at'),
        metric: row.text('metric'),
        tags: this.#tagsOf(row),
        value: row.num('value'),
        ...(row.textOrNull('kind') === null ? {} : { kind: MetricKind.parse(row.text('kind')) }),
      }),
      'select o.seq, o.at, o.metric, o.tags as tag_id, t.tags, o.value, o.kind from metric_outbox o join metric_tags t on t.id = o.tags where o.seq > ? order by o.seq limit ?',
      seq,
      limit,
    );
  }

  /** The number of the last row there ever was; 0 before the first. */
  last(): number {
    return this.#sql.get((row) => row.num('seq'), "select seq from sqlite_sequence where name = 'metric_outbox'") ?? 0;
  }

  /** Makes the next row come after a number: a store that was put back from a backup must not give numbers again that were read already. */
  goOnAfter(seq: number): void {
    this.#sql.transaction(() => {
      const moved = this.#sql.run("update sqlite_sequence set seq = max(seq, ?) where name = 'metric_outbox'", seq);
      if (moved === 0) this.#sql.run("insert into sqlite_sequence (name, seq) values ('metric_outbox', ?)", seq);
    });
  }

  /** Removes rows up to a number that are older than a time, at most `limit`. @returns how many */
  remove(upTo: number, before: number, limit: number): number {
    return this.#sql.transaction(() =>
      this.#sql.run(
        'delete from metric_outbox where seq in (select seq from metric_outbox where seq <= ? order by seq limit ?) and at < ?',
        upTo,
        limit,
        before,
      ),
    );
  }

  /** Calls back after each commit that added rows. */
  onAdded(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Once for each fact of a transaction: listeners take it as a bell. */
  readonly #tell = (): void => {
    for (const listener of this.#listeners) listener();
  };

  /** All of one fact in one statement: a fact is stored on the hot path. */
  #insert(
    samples: readonly (Pick<Sample, 'metric' | 'tags' | 'value'> & { readonly at: number; readonly kind?: MetricKind })[],
    place: Pick<Place, 'sessionId' | 'eventSeq'>,
  ): void {
    for (let from = 0; from < samples.length; from += TOGETHER) {
      const some = samples.slice(from, from + TOGETHER);
      this.#sql.run(
        `insert into metric_outbox (at, metric, tags, value, session_id, event_seq, kind) values ${some.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
        ...some.flatMap(({ at, metric, tags, value, kind }) => [at, metric, this.#tagId(tags), value, place.sessionId, place.eventSeq ?? null, kind ?? null]),
      );
    }
    if (samples.length > 0) this.#sql.afterCommit(this.#tell);
  }

  #context(sessionId: string): FactContext | null {
    const known = this.#contexts.get(sessionId);
    if (known) return known;
    const context = contextOf(this.#sql, sessionId);
    if (context === null) return null;
    if (this.#contexts.size >= REMEMBERED) this.#contexts.clear();
    this.#contexts.set(sessionId, context);
    return context;
  }

  #tagId(tags: Tags): number {
    const text = JSON.stringify(tags);
    const known = this.#tagIds.get(text);
    if (known !== undefined) return known;
    const id =
      this.#sql.get((row) => row.num('id'), 'select id from metric_tags where tags = ?', text) ??
      this.#sql.insertId('insert into metric_tags (tags) values (?)', text);
    // Not before it is on disk: a transaction that is rolled back takes the row with it.
    this.#sql.afterCommit(() => {
      if (this.#tagIds.size >= REMEMBERED) this.#tagIds.clear();
      this.#tagIds.set(text, id);
    });
    return id;
  }

  #tagsOf(row: Columns): Tags {
    const id = row.num('tag_id');
    const known = this.#tags.get(id);
    if (known) return known;
    const tags = row.json('tags', Tags);
    if (this.#tags.size >= REMEMBERED) this.#tags.clear();
    this.#tags.set(id, tags);
    return tags;
  }
}
