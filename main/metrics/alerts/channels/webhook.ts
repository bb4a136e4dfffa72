/**
 * A webhook: JSON by POST. Sent at least once: a receiver knows a repeated message by `x-acc-delivery`, which never changes. A signed one has
 * `x-acc-timestamp` (seconds) and `x-acc-signature: v1=` + hex HMAC-SHA256 with the channel's secret over `<timestamp>.<body>`.
 */
import { createHmac } from 'node:crypto';
import { fail } from '#shared/lib/fault.ts';
import { failed, type ChannelOf, type Message, type Outcome } from './channel.ts';
import { post } from './post.ts';

export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** @param secret null when none is kept. @param now milliseconds since the epoch */
export function sendWebhook(channel: ChannelOf<'webhook'>, secret: string | null, message: Message, now: number, signal?: AbortSignal): Promise<Outcome> {
  const body = JSON.stringify({ version: 1, delivery: message.id, event: message.what, at: message.at, text: message.sentence, alert: message.alert });
  const timestamp = String(Math.floor(now / 1000));
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-acc-delivery': message.id, 'x-acc-timestamp': timestamp };
  if (channel.signed) {
    if (secret === null) return Promise.resolve(failed(noSecret('the webhook is to be signed').fault, false));
    headers['x-acc-signature'] = signatureOf(secret, timestamp, body);
  }
  return post({ url: channel.url, body, headers }, signal);
}

export const noSecret = (why: string) =>
  fail('CHANNEL_SECRET', 'The secret of the channel is missing.', { why: `There is none, and ${why}.`, fix: 'Enter it again in Analytics, Alerts, Channels.' });
