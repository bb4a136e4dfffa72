/** Mail through real SMTP servers: one that takes it, and those that are down, hang, or refuse. */
import { createServer, type AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { sendEmail } from '#metrics/alerts/channels/email.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { alertBench, ruleOf } from '#test/support/metrics/alerts.ts';

type Mail = { from: string; to: string[]; text: string; user: string };

async function smtp(options: SMTPServerOptions = {}): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, callback) => (auth.password === 'right' ? callback(null, { user: auth.username ?? '' }) : callback(new Error('wrong password'))),
    onData: (stream, session, callback) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
        mails.push({ from, to: session.envelope.rcptTo.map(({ address }) => address), text, user: String(session.user ?? '') });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, mails };
}

const channelTo = (port: number, rest: { user?: string; host?: string } = {}) => ({
  id: 'ach_1',
  name: 'Mail',
  kind: 'email' as const,
  host: '127.0.0.1',
  port,
  secure: false,
  user: '',
  from: 'acc@example.com',
  to: ['lead@example.com', 'team@example.com'],
  ...rest,
});
const message = {
  id: 'alt_1.fired.ach_1',
  what: 'fired' as const,
  subject: 'critical: Errors\r\nBcc: evil@example.com',
  sentence: 'Errors was 12.',
  at: 0,
  alert: null,
};

test('a mail arrives with its number, and nothing can be put into its head', async () => {
  const server = await smtp();
  expect(await sendEmail(channelTo(server.port, { user: 'me' }), 'right', message)).toMatchObject({ ok: true });
  expect(server.mails).toMatchObject([{ from: 'acc@example.com', to: ['lead@example.com', 'team@example.com'], user: 'me' }]);
  expect(server.mails[0]?.text).toContain('Message-ID: <alt_1.fired.ach_1@automatic-claude-code>');
  expect(server.mails[0]?.text).not.toMatch(/^Bcc:/m);
});

test('a refused password is said as that, and not tried again', async () => {
  const server = await smtp();
  expect(await sendEmail(channelTo(server.port, { user: 'me' }), 'wrong', message)).toMatchObject({ ok: false, again: false, fault: { code: 'CHANNEL_AUTH' } });
});

test('a server that is down, one that hangs, one that has no room', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect(await sendEmail(channelTo(port), null, message)).toMatchObject({ ok: false, again: true, fault: { code: 'CHANNEL_UNREACHABLE' } });
  const hangs = createServer();
  await new Promise<void>((resolve) => hangs.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void hangs.close());
  const sockets = new Set<{ destroy(): void }>();
  hangs.on('connection', (socket) => sockets.add(socket));
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  const hung = await sendEmail(channelTo((hangs.address() as AddressInfo).port), null, message, undefined, 500);
  expect(hung).toMatchObject({ ok: false, again: true, fault: { code: 'CHANNEL_TIMEOUT' } });
  const busy = await smtp({ onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error('mailbox busy'), { responseCode: 450 })) });
  expect(await sendEmail(channelTo(busy.port), null, message)).toMatchObject({ ok: false, again: true, fault: { code: 'CHANNEL_REFUSED' } });
  const full = await smtp({ onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error('no such user'), { responseCode: 550 })) });
  expect(await sendEmail(channelTo(full.port), null, message)).toMatchObject({ ok: false, again: false, fault: { code: 'CHANNEL_REFUSED' } });
});

test('a kept password does not go to another server', async () => {
  const server = await smtp();
  const bench = await alertBench();
  const channel = unwrap(bench.alerts.saveChannel({ ...channelTo(server.port, { user: 'me' }), id: '' }, 'right'));
  const rule = unwrap(bench.alerts.saveRule(ruleOf({ enabled: false, channels: [channel.id] })));
  expect(unwrap(await bench.alerts.testRule(rule.id)).told).toMatchObject([{ ok: true, via: 'email' }]);
  if (channel.kind !== 'email') throw new Error('not a mail');
  expect(bench.alerts.saveChannel({ ...channel, host: 'elsewhere.example' })).toMatchObject({ ok: false, fault: { code: 'CHANNEL_SECRET' } });
  expect(bench.alerts.saveChannel({ ...channel, name: 'Post' })).toMatchObject({ ok: true });
});
