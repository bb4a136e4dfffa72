/**
 * Telemetry that agent hosts took in, brought into the ledger: each batch exactly once, in one transaction with the number of its event.
 * Asks each host for it once a run of its process, when it is there.
 *
 *   host ready ──no stream of this process yet──► named in the store ──telemetry.open──► events … ──exited──► forgotten
 */
import { Bounds } from '#metrics/ingest/bounds.ts';
import { outsideSamples, type OutsideSample } from '#metrics/ingest/outside.ts';
import type { NumberedEvent } from '#shared/domain/session-event.ts';
import { isTelemetryStream, TELEMETRY_STREAM, TELEMETRY_TYPE, TelemetryBatch, type TelemetryPoint } from '#shared/domain/telemetry.ts';
import type { HostHealth, HostListener, Hosts, StreamReport } from '#shared/host-protocol/link.ts';
import { parseJson } from '#shared/lib/json.ts';
import { newId } from '#shared/lib/id.ts';
import type { Log } from '#shared/lib/log.ts';
import type { Store } from '#store/store.ts';

export type TelemetryIntakeOptions = { readonly store: Store; readonly hosts: () => Hosts; readonly log: Log; readonly now: () => number };

/** Names of metrics nobody knows, taken while this core runs: a client that makes new ones of every request fills no database. */
const MOST_NAMES = 500;
/** Outside sessions whose strangeness is remembered. */
const REMEMBERED = 5000;

export class TelemetryIntake {
  readonly #options: TelemetryIntakeOptions;
  readonly #bounds = new Bounds();
  readonly #names = new Set<string>();
  readonly #own = new Map<string, boolean>();
  /** Runs of hosts that were asked. */
  readonly #asked = new Set<string>();

  constructor(options: TelemetryIntakeOptions) {
    this.#options = options;
  }

  /** The listener of everything else, with telemetry taken out of its way. */
  before(listener: HostListener): HostListener {
    return {
      ...listener,
      events: (hostId, sessionId, events) =>
        isTelemetryStream(sessionId) ? this.#take(hostId, sessionId, events) : listener.events(hostId, sessionId, events),
      streams: (hostId, streams) => {
        this.#forgetLost(hostId, streams);
        const others = streams.filter(({ sessionId }) => !isTelemetryStream(sessionId));
        listener.streams(hostId, others);
      },
      health: (health) => {
        listener.health(health);
        if (health.state === 'ready') this.#ask(health);
      },
    };
  }

  /** A host that lost its folder says no more of the streams it had. */
  #forgetLost(hostId: string, held: readonly StreamReport[]): void {
    const { telemetry } = this.#options.store;
    for (const { sessionId, epoch, seq } of telemetry.cursors(hostId)) {
      // One that nothing came of yet may still be opened there.
      if (seq > 0 && !held.some((stream) => stream.sessionId === sessionId && stream.epoch === epoch)) telemetry.forget(sessionId, epoch);
    }
  }

  #ask({ hostId, identity }: HostHealth): void {
    if (identity === null) return;
    const { store, hosts, log, now } = this.#options;
    const run = `${hostId}/${identity.boot}`;
    if (this.#asked.has(run)) return;
    this.#asked.add(run);
    let stream = store.telemetry.stream(hostId, identity.boot);
    if (!stream) {
      stream = { sessionId: `${TELEMETRY_STREAM}${newId('att', now()).slice('att_'.length)}`, epoch: newId('att', now()) };
      store.telemetry.openStream(hostId, identity.boot, stream.sessionId, stream.epoch);
    }
    const opened = hosts().of(hostId).call('telemetry.open', stream);
    void opened.then((answer) => {
      if (answer.ok) return;
      // Asked again when it is ready the next time; an older host does not know the word, which is no trouble.
      this.#asked.delete(run);
      if (answer.fault.code !== 'UNKNOWN_COMMAND') log('warn', 'the agent host was not asked for telemetry', { hostId, code: answer.fault.code });
    });
  }

  /** @throws {FaultError} when nothing could be stored: the host gives the events again */
  #take(hostId: string, sessionId: string, events: readonly NumberedEvent[]): void {
    const { store } = this.#options;
    store.transaction(() => {
      for (const { epoch, seq, event } of events) {
        const last = store.telemetry.last(hostId, sessionId, epoch);
        if (last === null || seq <= last) continue;
        if (event.kind === 'unknown' && event.type === TELEMETRY_TYPE) this.#batch(hostId, event.raw);
        if (event.kind === 'exited') store.telemetry.forget(sessionId, epoch);
        else store.telemetry.moveTo(sessionId, epoch, seq);
      }
    });
  }

  #batch(hostId: string, raw: string): void {
    const { telemetry } = this.#options.store;
    const read = TelemetryBatch.safeParse(parseJson(raw));
    if (!read.success) return telemetry.count('unreadable', 1);
    const { key, points, rejected, refused = {} } = read.data;
    if (!telemetry.isNew(`${hostId}/${key}`, this.#options.now())) {
      this.#came(hostId, 'sent again', points.length);
      return telemetry.count('duplicates', points.length);
    }
    if (key.endsWith(':0')) telemetry.count('requests', 1);
    const reasons = { ...refused };
    const unsaid = rejected - Object.values(refused).reduce((sum, n) => sum + n, 0);
    if (unsaid > 0) reasons['not said'] = unsaid;
    const samples: OutsideSample[] = [];
    let own = 0;
    let strange = 0;
    for (const point of points) {
      if (this.#isOwn(point.session)) own++;
      else {
        const made = outsideSamples(point, this.#values(hostId, point), hostId);
        if (made[0]?.kind !== undefined && !this.#admits(made[0].metric)) strange++;
        else samples.push(...made);
      }
    }
    telemetry.put(samples.map((sample) => (sample.kind === undefined ? sample : { ...sample, tags: this.#bounds.within(sample.metric, sample.tags) })));
    const taken = points.length - own - strange;
    telemetry.count('points', taken);
    if (own > 0) telemetry.count('own', own);
    if (rejected + strange > 0) telemetry.count('rejected', rejected + strange);
    for (const [outcome, n] of Object.entries({ taken, 'own session': own, 'too many metrics': strange, ...reasons })) this.#came(hostId, outcome, n);
  }

  /** What came of points, as a metric of its own: a person can see it by the hour and by host. */
  #came(hostId: string, outcome: string, n: number): void {
    if (n > 0) this.#options.store.telemetry.put([{ metric: 'telemetry_points', tags: { host: hostId, outcome }, at: this.#options.now(), value: n }]);
  }

  #values(hostId: string, point: TelemetryPoint): readonly number[] {
    if (point.kind === 'values') return point.values;
    if (point.kind !== 'total') return [point.value];
    const grown = this.#options.store.telemetry.growth(`${hostId}/${point.series}`, point.start, point.value, point.at);
    return grown === null || grown === 0 ? [] : [grown];
  }

  #admits(metric: string): boolean {
    if (!this.#names.has(metric) && this.#names.size >= MOST_NAMES) return false;
    this.#names.add(metric);
    return true;
  }

  /** A session of the app's own is measured by its events: what it exports beside is left out. */
  #isOwn(session: string): boolean {
    if (session === '') return false;
    const known = this.#own.get(session);
    if (known !== undefined) return known;
    const own = this.#options.store.telemetry.isOwn(session);
    if (this.#own.size >= REMEMBERED) this.#own.clear();
    // A stranger may turn out to be ours: its name becomes known with its first event.
    if (own) this.#own.set(session, own);
    return own;
  }
}
