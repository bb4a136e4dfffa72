/** Mail through an SMTP server. A password never goes over a connection that is not encrypted, except to this machine itself. */
import type { Fault } from '#shared/lib/fault.ts';
import { failed, TRY_MS, type ChannelOf, type Message, type Outcome } from './channel.ts';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** @param password null when none is kept. The Message-ID is made of the message's id, so that a repeated one can be known. @param tryMs for each step, twice that for all of it */
export async function sendEmail(
  channel: ChannelOf<'email'>,
  password: string | null,
  message: Message,
  signal?: AbortSignal,
  tryMs = TRY_MS,
): Promise<Outcome> {
  const { createTransport } = await import('nodemailer');
  const { host, port, secure, user, from, to } = channel;
  if (user !== '' && password === null) {
    return failed(
      { code: 'CHANNEL_SECRET', message: 'The secret of the channel is missing.', why: `There is no password for ${user}.`, fix: 'Enter it again.' },
      false,
    );
  }
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: !secure && user !== '' && !LOOPBACK.test(host),
    connectionTimeout: tryMs,
    greetingTimeout: tryMs,
    socketTimeout: tryMs,
    dnsTimeout: tryMs,
    maxResponseSize: 64 * 1024,
    ...(user === '' ? {} : { auth: { user, pass: password ?? '' } }),
  });
  const limit = AbortSignal.timeout(2 * tryMs);
  const ended = new Promise<never>((_, reject) => {
    const all = signal ? AbortSignal.any([limit, signal]) : limit;
    all.addEventListener('abort', () => reject(new Error('ended')), { once: true });
  });
  try {
    const mail = { from, to: [...to], subject: message.subject, text: `${message.sentence}\n`, messageId: `<${message.id}@automatic-claude-code>` };
    const sent = await Promise.race([transport.sendMail(mail), ended]);
    if (sent.rejected.length === 0) return { ok: true, detail: `${host} took it for ${sent.accepted.join(', ')}.` };
    return failed(refused(`${host} does not deliver to ${sent.rejected.join(', ')}.`), false);
  } catch (error) {
    return outcomeOf(error, `${host}:${port}`, limit.aborted);
  } finally {
    transport.close();
  }
}

const refused = (why: string): Fault => ({
  code: 'CHANNEL_REFUSED',
  message: 'The mail server did not take the message.',
  why,
  fix: 'Check sender and recipients.',
});

function outcomeOf(error: unknown, where: string, late: boolean): Outcome {
  const said = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 300) : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  if (late || code === 'ETIMEDOUT') {
    return failed({ code: 'CHANNEL_TIMEOUT', message: 'The mail server took too long.', why: `${where} did not answer in time.` }, true);
  }
  if (code === 'EAUTH') {
    const fix = 'Enter user name and password again; some providers want a password of its own for programs.';
    return failed({ code: 'CHANNEL_AUTH', message: 'The mail server refused the user name or the password.', why: `${where}: ${said}.`, fix }, false);
  }
  if (code === 'ETLS') {
    const fix = 'Choose TLS from the start (port 465), or a server that offers STARTTLS.';
    return failed({ code: 'CHANNEL_TLS', message: 'The connection to the mail server cannot be encrypted.', why: `${where}: ${said}.`, fix }, false);
  }
  if (status >= 500) return failed(refused(`${where}: ${said}.`), false);
  if (status >= 400) return failed(refused(`${where}: ${said}.`), true);
  return failed(
    { code: 'CHANNEL_UNREACHABLE', message: 'The mail server cannot be reached.', why: `${where}: ${said}.`, fix: 'Check host, port and TLS.' },
    true,
  );
}
