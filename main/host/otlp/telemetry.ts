/**
 * Telemetry of sessions outside the app at this host: the receiver, begun when it is first asked for or told to be there from the start,
 * and the streams it writes to.
 *
 *   off ──start (told to, or asked for once)──► receiving ──close──► closed
 */
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Spool } from '../spool/spool.ts';
import { fixedToken } from '../server/tokens.ts';
import { newAccess, readAccess, writeAccess } from './access.ts';
import type { Receiver } from './receiver.ts';
import { TelemetryStreams } from './streams.ts';

export type TelemetryOptions = {
  readonly address: string;
  /** 0: the port it had before when that is free, else any. */
  readonly port: number;
  /** Begins only when somebody wants to know where it is, and from then on with every start. */
  readonly whenAsked: boolean;
};

type Started = Result<{ readonly receiver: Receiver; readonly token: string }>;

export class Telemetry {
  readonly #dataDir: string;
  readonly #options: TelemetryOptions | null;
  readonly #now: () => number;
  readonly streams: TelemetryStreams;
  #starting: Promise<Started> | null = null;
  #closed = false;

  /** @param options null: this host receives none */
  constructor(dataDir: string, options: TelemetryOptions | null, spool: Pick<Spool, 'open'>, now: () => number) {
    this.#dataDir = dataDir;
    this.#options = options;
    this.#now = now;
    this.streams = new TelemetryStreams(spool, now);
  }

  /** Receives from the start on when it should. @returns PORT_TAKEN, LISTEN_FAILED */
  async begin(): Promise<Result<{ port: number } | null>> {
    if (!this.#options || (this.#options.whenAsked && (await readAccess(this.#dataDir)) === null)) return ok(null);
    const started = await this.#start(this.#options);
    return started.ok ? ok({ port: started.value.receiver.port }) : started;
  }

  /** Where clients send to, and what they show. @returns TELEMETRY_OFF, LISTEN_FAILED */
  async access(): Promise<Result<{ endpoint: string; token: string }>> {
    if (!this.#options || this.#closed) {
      return fail('TELEMETRY_OFF', 'This agent host receives no telemetry.', { fix: 'Start it with --otlp 127.0.0.1:4318, then try again.' });
    }
    const started = await this.#start(this.#options);
    if (!started.ok) return started;
    const { address } = this.#options;
    const host = address.includes(':') ? `[${address}]` : address;
    return ok({ endpoint: `http://${host}:${started.value.receiver.port}`, token: started.value.token });
  }

  /** No more comes in; the streams get their last event. */
  async close(): Promise<void> {
    this.#closed = true;
    const started = await this.#starting;
    if (started?.ok) await started.value.receiver.close();
    this.streams.end();
  }

  #start(options: TelemetryOptions): Promise<Started> {
    this.#starting ??= this.#open(options).then((opened) => {
      // What could not be opened now may be later.
      if (!opened.ok) this.#starting = null;
      return opened;
    });
    return this.#starting;
  }

  async #open({ address, port }: TelemetryOptions): Promise<Started> {
    const [{ openReceiver }, { OtlpIntake }, { Privacy }] = await Promise.all([import('./receiver.ts'), import('./intake.ts'), import('./attributes.ts')]);
    const access = (await readAccess(this.#dataDir)) ?? newAccess();
    const open = (at: number): Promise<Result<Receiver>> =>
      openReceiver({
        address,
        port: at,
        tokens: fixedToken(access.token),
        intake: new OtlpIntake(this.streams, new Privacy(access.salt), this.#now),
        busy: () => this.streams.busy,
      });
    let receiver = await open(port === 0 ? access.port : port);
    if (!receiver.ok && port === 0 && access.port !== 0) receiver = await open(0);
    if (!receiver.ok) return receiver;
    await writeAccess(this.#dataDir, { ...access, port: receiver.value.port });
    return ok({ receiver: receiver.value, token: access.token });
  }
}
