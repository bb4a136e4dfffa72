/**
 * One channel from the dial to the welcome. A channel is good only then: something in between may well open a WebSocket and let nothing
 * through it.
 *
 *   dialing ──open: hello──► greeting ──welcome──► ready, the channel is passed on
 *      └──fault, time limit──┴──► ended
 */
import { HostFrame } from '#shared/host-protocol/frames.ts';
import { parseJson } from '#shared/lib/json.ts';
import type { Fault } from '#shared/lib/fault.ts';
import type { Channel, ChannelEvents, Dial, Target } from '../types.ts';
import { dialTimeoutFault, protocolFault } from './faults.ts';

export type Welcome = Extract<HostFrame, { t: 'welcome' }>;

/** Milliseconds from the dial: until the transport was open (over HTTP: the same as ready), and until the welcome. */
export type DialTimes = { readonly openMs: number; readonly readyMs: number };

export type GreetingEvents = Pick<ChannelEvents, 'bytes'> & {
  /** The first frame as text. */
  hello(): string;
  /** The transport is up: the expensive part of the dial is over. */
  opened(): void;
  /** The channel is welcomed. It is to be passed on at once. */
  ready(channel: Channel, welcome: Welcome, times: DialTimes): void;
  /** In place of `ready`, and nothing after it. */
  failed(fault: Fault): void;
};

export type Timers = { after(ms: number, ring: () => void): { cancel(): void } };

export class Greeting implements ChannelEvents {
  readonly #events: GreetingEvents;
  readonly #started = performance.now();
  readonly #limit: { cancel(): void };
  readonly #channel: Channel;
  #state: 'dialing' | 'greeting' | 'ready' | 'ended' = 'dialing';
  #openMs = 0;

  constructor(dial: Dial, target: Target, timeoutMs: number, timers: Timers, events: GreetingEvents) {
    this.#events = events;
    // From the dial to the welcome: a host may accept and say nothing, or say a byte now and then.
    this.#limit = timers.after(timeoutMs, () => this.#fail(dialTimeoutFault(timeoutMs)));
    this.#channel = dial(target, this);
  }

  /** Ends the attempt without a word to `failed`; does nothing once it is ready. */
  cancel(): void {
    if (this.#state === 'ready' || this.#state === 'ended') return;
    this.#state = 'ended';
    this.#limit.cancel();
    // With a word, because over HTTP the host may hold a connection for it already.
    this.#channel.close(1000, 'not needed');
  }

  open(): void {
    if (this.#state !== 'dialing') return;
    this.#state = 'greeting';
    this.#openMs = performance.now() - this.#started;
    this.#events.opened();
    this.#channel.send(this.#events.hello());
  }

  message(text: string): void {
    if (this.#state !== 'greeting') return;
    const frame = HostFrame.safeParse(parseJson(text));
    if (!frame.success || frame.data.t !== 'welcome') return this.#fail(protocolFault('Its first frame was not a welcome.'));
    this.#state = 'ready';
    this.#limit.cancel();
    const readyMs = performance.now() - this.#started;
    this.#events.ready(this.#channel, frame.data, { openMs: this.#channel.transport === 'http' ? readyMs : this.#openMs, readyMs });
  }

  closed(fault: Fault): void {
    this.#fail(fault);
  }

  bytes(received: number, sent: number): void {
    this.#events.bytes(received, sent);
  }

  #fail(fault: Fault): void {
    if (this.#state === 'ready' || this.#state === 'ended') return;
    this.#state = 'ended';
    this.#limit.cancel();
    this.#channel.terminate();
    this.#events.failed(fault);
  }
}
