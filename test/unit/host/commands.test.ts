/** Commands of a link: bounded, carried out once, answered over a connection that is there. */
import { expect, test } from 'vitest';
import { Counters } from '#host/metrics/counters.ts';
import { AnsweredCommands } from '#host/server/answered.ts';
import { Link, type LinkConnection } from '#host/server/link.ts';
import { HostFrame, type CenterFrame } from '#shared/host-protocol/frames.ts';
import { hello } from '#test/support/host-wire.ts';

type Reply = Extract<HostFrame, { t: 'reply' }>;
type Connection = LinkConnection & { readonly replies: Reply[] };

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const command = (id: string): Extract<CenterFrame, { t: 'command' }> => ({ t: 'command', id, name: 'probe.echo', input: {} });

function connection(): Connection {
  const replies: Reply[] = [];
  const send = (text: string): void => {
    const frame = HostFrame.parse(JSON.parse(text));
    if (frame.t === 'reply') replies.push(frame);
  };
  return { replies, close: () => {}, channel: { transport: 'websocket', bufferedBytes: 0, send, close: () => {}, terminate: () => {} } };
}

function linkWith(count: number): { link: Link; open: Connection[]; asked: string[]; finish: (id: string, output?: unknown) => Promise<void> } {
  const asked: string[] = [];
  const waiting = new Map<string, (reply: Reply) => void>();
  const link = new Link({
    center: 'c',
    id: 'l',
    role: 'center',
    answered: new AnsweredCommands(),
    counters: new Counters(),
    source: { all: () => [], get: () => undefined, isLive: () => false, acknowledge: () => {} },
    carryOut: ({ id }) => {
      asked.push(id);
      return new Promise((resolve) => waiting.set(id, resolve));
    },
  });
  const open = Array.from({ length: count }, connection);
  for (const each of open) link.join(each, hello());
  return {
    link,
    open,
    asked,
    finish: (id, output = {}) => {
      waiting.get(id)?.({ t: 'reply', id, ok: true, output });
      return settle();
    },
  };
}

test('the 257th command under way is refused and not carried out; a key that is under way may come again', async () => {
  const { link, open, asked, finish } = linkWith(1);
  const [one] = open as [Connection];
  for (let n = 1; n <= 257; n++) link.command(one, command(`k${n}`));
  link.command(one, command('k1'));
  await settle();
  expect(one.replies).toMatchObject([{ id: 'k257', ok: false, fault: { code: 'HOST_BUSY' } }]);
  await finish('k1');
  expect(one.replies.filter(({ id }) => id === 'k1')).toHaveLength(2);
  link.command(one, command('k257'));
  expect([asked.length, asked.at(-1), link.inFlight]).toEqual([257, 'k257', 256]);
});

test('an answer whose connection is gone goes over another; with none it waits for the key', async () => {
  const { link, open, asked, finish } = linkWith(2);
  const [one, two] = open as [Connection, Connection];
  link.command(one, command('a'));
  link.command(one, command('b'));
  link.leave(one);
  await finish('a');
  expect([one.replies, two.replies.map(({ id }) => id)]).toEqual([[], ['a']]);
  link.leave(two);
  await finish('b', { text: 'kept' });
  const three = connection();
  link.join(three, hello());
  link.command(three, command('b'));
  await settle();
  expect([three.replies, asked]).toMatchObject([[{ id: 'b', output: { text: 'kept' } }], ['a', 'b']]);
});

test('an answer does not go over a connection the center may have given up', async () => {
  const { link, open, finish } = linkWith(1);
  const [old] = open as [Connection];
  link.command(old, command('a'));
  const fresh = connection();
  link.join(fresh, hello({ fresh: true }));
  await finish('a');
  expect([old.replies.length, fresh.replies.length]).toEqual([0, 1]);
});

test('an answer that no frame can carry is a fault, not the end of the connection', async () => {
  const { link, open, finish } = linkWith(1);
  const [one] = open as [Connection];
  link.command(one, command('big'));
  await finish('big', 'ü'.repeat(5 * 1024 * 1024));
  expect(one.replies).toMatchObject([{ id: 'big', ok: false, fault: { code: 'ANSWER_TOO_LARGE' } }]);
});
