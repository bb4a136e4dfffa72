/**
 * The core as a process of its own: started, restarted after a crash, stopped in time. Windows reach it through ports that are
 * handed over here and never pass through this process again.
 *
 *   stopped ─start→ starting ─ready message→ ready
 *                      ↑ │                     │
 *        after a wait  │ └──────exit───────────┤
 *                      └───────── down ←───────┘
 *   any ─stop→ stopping ─exit→ stopped
 */
import { utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron';
import { EventEmitter } from 'node:events';
import { z } from 'zod';

export type CoreState = 'stopped' | 'starting' | 'ready' | 'down' | 'stopping';

export type CoreOptions = {
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  /** First wait before a restart in milliseconds; doubles with each crash, up to half a minute. */
  readonly backoffMs?: number;
};

const MAX_BACKOFF_MS = 30_000;
/** A core that lived this long was well: the next crash counts as the first again. */
const WELL_AFTER_MS = 60_000;
/** Ports that wait for a core to come up; a page that asks again has given its older ports up. */
const MAX_WAITING = 16;
const CAUSE_CHARACTERS = 2000;

const Announcement = z.object({ type: z.literal('ready') });

export class CoreProcess extends EventEmitter<{ state: [CoreState] }> {
  readonly #options: CoreOptions;
  #state: CoreState = 'stopped';
  #child: UtilityProcess | null = null;
  #waiting: MessagePortMain[] = [];
  #crashes = 0;
  #readyAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #cause = '';

  constructor(options: CoreOptions) {
    super();
    this.#options = options;
  }

  get state(): CoreState {
    return this.#state;
  }

  /** The end of what the core last wrote to its error output: why it went down, when it said so. */
  get cause(): string {
    return this.#cause.trim();
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  start(): void {
    if (this.#state !== 'stopped' && this.#state !== 'down') return;
    clearTimeout(this.#timer);
    this.#cause = '';
    const child = utilityProcess.fork(this.#options.entry, [...this.#options.args], {
      env: this.#options.env,
      stdio: ['ignore', 'inherit', 'pipe'],
      serviceName: 'Automatic Claude Code core',
    });
    this.#child = child;
    child.stderr?.on('data', (bytes: Buffer) => {
      process.stderr.write(bytes);
      this.#cause = (this.#cause + bytes.toString('utf8')).slice(-CAUSE_CHARACTERS);
    });
    child.on('message', (message: unknown) => {
      if (Announcement.safeParse(message).success && this.#state === 'starting') this.#ready(child);
    });
    child.once('exit', () => this.#exited());
    this.#enter('starting');
  }

  /** Gives one end of a channel to the core, now or as soon as there is one. */
  connect(port: MessagePortMain): void {
    if (this.#state === 'stopping' || this.#state === 'stopped') return port.close();
    if (this.#state === 'ready' && this.#child !== null) return this.#child.postMessage({ type: 'connect' }, [port]);
    this.#waiting.push(port);
    for (const old of this.#waiting.splice(0, this.#waiting.length - MAX_WAITING)) old.close();
  }

  /**
   * Ends the core: asks first, kills after `graceMs`. Settles when it is gone.
   */
  async stop(graceMs = 5000): Promise<void> {
    clearTimeout(this.#timer);
    for (const port of this.#waiting.splice(0)) port.close();
    const child = this.#child;
    if (child === null) return this.#enter('stopped');
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#enter('stopping');
    child.kill();
    const timer = setTimeout(() => child.pid !== undefined && process.kill(child.pid, 'SIGKILL'), graceMs);
    await gone;
    clearTimeout(timer);
  }

  #ready(child: UtilityProcess): void {
    this.#readyAt = Date.now();
    this.#enter('ready');
    for (const port of this.#waiting.splice(0)) child.postMessage({ type: 'connect' }, [port]);
  }

  #exited(): void {
    this.#child = null;
    if (this.#state === 'stopping') return this.#enter('stopped');
    const wasWell = this.#state === 'ready' && Date.now() - this.#readyAt > WELL_AFTER_MS;
    this.#crashes = wasWell ? 1 : this.#crashes + 1;
    this.#enter('down');
    const wait = Math.min(MAX_BACKOFF_MS, (this.#options.backoffMs ?? 250) * 2 ** (this.#crashes - 1));
    this.#timer = setTimeout(() => this.start(), wait);
  }

  #enter(state: CoreState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit('state', state);
  }
}
