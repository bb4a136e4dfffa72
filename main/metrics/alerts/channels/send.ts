/** Sends a message through any channel that leaves this app. What is behind each is loaded when it is first needed. */
import type { AlertChannel } from '#shared/domain/alert.ts';
import type { SecretFiles } from '#store/secret-files.ts';
import { failed, type Message, type Outcome } from './channel.ts';

export type SendParts = {
  readonly secrets: SecretFiles;
  /** A desktop shell shows what is told to the system. */
  readonly hasDesktop: boolean;
  readonly now: () => number;
};

/** What becomes of channels that are told by keeping the alert, because the app and its shell show what is kept; null for all others. */
export function shown(channel: AlertChannel, hasDesktop: boolean): Outcome | null {
  if (channel.kind === 'in-app') return { ok: true, detail: 'Shown in the app.' };
  if (channel.kind !== 'os') return null;
  if (hasDesktop) return { ok: true, detail: 'Shown by the desktop app.' };
  const why = 'This core runs without the desktop app.';
  return failed(
    { code: 'CHANNEL_NO_DESKTOP', message: 'No notification of the system was shown.', why, fix: 'Use the desktop app, a webhook or email.' },
    false,
  );
}

/** Tells a channel once. Takes as long as that channel's time limit at most. */
export async function send(channel: AlertChannel, message: Message, { secrets, hasDesktop, now }: SendParts, signal?: AbortSignal): Promise<Outcome> {
  const kept = shown(channel, hasDesktop);
  if (kept) return kept;
  const secret = (): string | null => {
    const read = secrets.read(channel.id);
    return read.ok ? read.value : null;
  };
  switch (channel.kind) {
    case 'webhook': {
      const { sendWebhook } = await import('./webhook.ts');
      return sendWebhook(channel, secret(), message, now(), signal);
    }
    case 'slack': {
      const { sendSlack } = await import('./slack.ts');
      return sendSlack(secret(), message, signal);
    }
    case 'email': {
      const { sendEmail } = await import('./email.ts');
      return sendEmail(channel, secret(), message, signal);
    }
    default:
      return failed({ code: 'ALERT_CHANNEL_UNKNOWN', message: 'There is no way to tell this kind of channel.' }, false);
  }
}
