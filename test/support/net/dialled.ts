/** A dial of a test: everything that happened to its channel, and waits for it. */
import { vi } from 'vitest';
import type { Channel, Dial, Target, TlsMaterial } from '#pool/types.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { TOKEN } from './scripted-host.ts';

export const targetOf = (url: string, tls: TlsMaterial = {}, token = TOKEN): Target => ({ url, token, tls });

export class Dialled {
  readonly channel: Channel;
  readonly messages: string[] = [];
  readonly faults: Fault[] = [];
  opened = 0;
  received = 0;
  sent = 0;

  /** Says hello when the channel is open. */
  constructor(dial: Dial, target: Target) {
    this.channel = dial(target, {
      open: () => {
        this.opened++;
        this.channel.send('{"t":"hello"}');
      },
      message: (text) => this.messages.push(text),
      closed: (fault) => this.faults.push(fault),
      bytes: (received, sent) => {
        this.received += received;
        this.sent += sent;
      },
    });
  }

  /** The fault it ended with. */
  async end(): Promise<Fault> {
    await until(() => this.faults.length > 0);
    const [fault] = this.faults;
    if (!fault) throw new Error('It did not end.');
    return fault;
  }

  async says(count: number): Promise<string[]> {
    await until(() => this.messages.length >= count || this.faults.length > 0);
    return this.messages;
  }
}

/** Waits for a condition. @param ms deadline in milliseconds, generous because the machine may be busy */
export const until = async (holds: () => boolean, ms = 30_000): Promise<void> => {
  await vi.waitUntil(holds, { timeout: ms, interval: 5 });
};
