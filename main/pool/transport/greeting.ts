/**
 * One channel from the dial to the welcome. A channel is good only then: something in between may well open a WebSocket and let nothing
 * through it.
 *
 *   dialing ──open: hello──► greeting ──welcome──► ready ──closed──► ended
 *      └────────────── failed (fault, time limit) ─────────────────────►┘
 */
import { HostFrame } from '#shared/host-protocol/frames.ts';
import { parseJson } from '#shared/lib/json.ts';
import type { Fault } from '#shared/lib/fault.ts';
import type { Channel, ChannelEvents, Dial, Target } from '../types.ts';
import { dialTimeoutFault, protocolFault } from './faults.ts';

export type Welcome = Extract<HostFrame, { t: 'welcome' }>;

/** Milliseconds from the dial: until the transport was open (over HTTP: the same as ready), and until the welcome. */
export type DialTimes = { readonly openMs: number; readonly readyMs: number };

export type GreetingEvents = Pick<ChannelEvents, 'message' | 'closed' | 'bytes'> & {
  /** The transport is up: the expensive part of the dial is over. */
  opened(): void;
  /** The channel is welcomed; `message`, `closed` follow. */
  ready(channel: Channel, welcome: Welcome, times: DialTimes): void;
  /** In place of `ready`, and nothing after it. */
  failed(fault: Fault): void;
};

export type Timers = { after(ms: number, ring: () => void): { cancel(): void } };

/** @returns what ends the attempt without a word to `failed`, and does nothing once it is ready */
export function greet(dial: Dial, target: Target, hello: () => string, timeoutMs: number, timers: Timers, events: GreetingEvents): { cancel(): void } {
  const started = performance.now();
  let state: 'dialing' | 'greeting' | 'ready' | 'ended' = 'dialing';
  let openMs = 0;
  const fail = (fault: Fault): void => {
    if (state === 'ready' || state === 'ended') return;
    state = 'ended';
    limit.cancel();
    channel.terminate();
    events.failed(fault);
  };
  // The host accepts and then says nothing: the dial's own limit is over with the opening.
  const limit = timers.after(timeoutMs, () => fail(dialTimeoutFault(timeoutMs)));
  const channel = dial(
    target,
    {
      open() {
        if (state !== 'dialing') return;
        state = 'greeting';
        openMs = performance.now() - started;
        events.opened();
        channel.send(hello());
      },
      message(text) {
        if (state === 'ready') return events.message(text);
        if (state !== 'greeting') return;
        const frame = HostFrame.safeParse(parseJson(text));
        if (!frame.success || frame.data.t !== 'welcome') return fail(protocolFault('Its first frame was not a welcome.'));
        state = 'ready';
        limit.cancel();
        const readyMs = performance.now() - started;
        events.ready(channel, frame.data, { openMs: channel.transport === 'http' ? readyMs : openMs, readyMs });
      },
      closed(fault) {
        if (state === 'ready') {
          state = 'ended';
          events.closed(fault);
        } else fail(fault);
      },
      bytes: events.bytes,
    },
    { timeoutMs },
  );
  return {
    cancel() {
      if (state === 'ready' || state === 'ended') return;
      state = 'ended';
      limit.cancel();
      // With a word, because over HTTP the host may hold a connection for it already.
      channel.close(1000, 'not needed');
    },
  };
}
