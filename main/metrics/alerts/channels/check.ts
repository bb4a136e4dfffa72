/** What a channel needs before it is kept: an address that can be used, and a secret where one is needed. */
import type { AlertChannel } from '#shared/domain/alert.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import { noSecret } from './webhook.ts';

/** What to do with the secret: keep what there is, have none, or keep this one. */
type Secret = 'same' | 'none' | { readonly text: string };
export type Checked = { readonly channel: AlertChannel; readonly secret: Secret };

/**
 * @param secret what the person entered; empty or absent: the one that is kept
 * @param before the channel as it was; null for a new one
 * @returns CHANNEL_ADDRESS, CHANNEL_SECRET
 */
export function checkedChannel(
  channel: AlertChannel,
  secret: string | undefined,
  before: AlertChannel | null,
  hasSecret: (id: string) => boolean,
): Result<Checked> {
  const entered = secret?.trim() ?? '';
  const kept: Exclude<Secret, 'none'> | null = entered === '' ? (hasSecret(channel.id) && before?.kind === channel.kind ? 'same' : null) : { text: entered };
  switch (channel.kind) {
    case 'in-app':
    case 'os':
      return ok({ channel, secret: 'none' });
    case 'webhook': {
      const address = readAddress(channel.url);
      if (!address.ok) return address;
      if (!channel.signed) return ok({ channel, secret: 'none' });
      return kept === null ? noSecret('messages are to be signed') : ok({ channel, secret: kept });
    }
    case 'slack': {
      if (kept === null) return noSecret('it is the address to send to');
      if (kept === 'same') return ok({ channel: before?.kind === 'slack' ? { ...channel, host: before.host } : channel, secret: kept });
      const address = readAddress(kept.text);
      return address.ok ? ok({ channel: { ...channel, host: address.value.host }, secret: kept }) : address;
    }
    case 'email': {
      if (channel.user === '') return ok({ channel, secret: 'none' });
      if (kept === null) return noSecret('the mail server is given a user name');
      // A password that is kept goes to the server it was entered for and to no other.
      const isOther = before?.kind === 'email' && (before.host !== channel.host || before.port !== channel.port || before.user !== channel.user);
      return kept === 'same' && isOther ? noSecret('server or user name are others than before') : ok({ channel, secret: kept });
    }
  }
}

function readAddress(text: string): Result<URL> {
  const url = URL.parse(text);
  const fix = 'Enter an address that begins with https:// (or http:// for a machine of your own).';
  if (url === null || !/^https?:$/.test(url.protocol)) return fail('CHANNEL_ADDRESS', 'The address of the channel is not an http or https address.', { fix });
  if (url.username !== '' || url.password !== '') {
    return fail('CHANNEL_ADDRESS', 'The address of the channel has a name or a password in it.', {
      why: 'It is shown to everybody who may look.',
      fix: 'Sign the messages instead.',
    });
  }
  return ok(url);
}
