/** Which host a new session goes to, as hosts come, fail, drain, and come back: real connections, answers by script. */
import { expect, onTestFinished, test } from 'vitest';
import { defaultHealthRules as defaults } from '#shared/domain/connection.ts';
import { CenterFrame } from '#shared/host-protocol/frames.ts';
import { targetOf, until } from '#test/support/net/dialled.ts';
import { ScriptedHost, WELCOME } from '#test/support/net/scripted-host.ts';
import { QUICK, testCenter, type TestCenter } from '#test/support/pool/center.ts';
import { hostRow } from '#test/support/pool/listening.ts';

/** A host that answers commands, unless told not to. */
async function answering(): Promise<{ host: ScriptedHost; mute: (is: boolean) => void }> {
  let silent = false;
  const host = await ScriptedHost.start({
    frame(guest, text) {
      const frame = CenterFrame.parse(JSON.parse(text));
      if (frame.t === 'hello') guest.say(WELCOME);
      if (frame.t === 'ping') guest.say(JSON.stringify({ t: 'pong', at: frame.at, load: { sessions: 0, loopDelayMs: 0, rssBytes: 0, spooledBytes: 0 } }));
      if (frame.t === 'command' && !silent) guest.say(JSON.stringify({ t: 'reply', id: frame.id, ok: true, output: { sessions: [] } }));
    },
  });
  onTestFinished(() => host.close());
  return { host, mute: (is) => (silent = is) };
}

async function fleet(center: TestCenter, count: number): Promise<Awaited<ReturnType<typeof answering>>[]> {
  const hosts = await Promise.all(Array.from({ length: count }, answering));
  hosts.forEach(({ host }, i) => center.add(`h${i}`, targetOf(`ws://127.0.0.1:${host.port}`)));
  for (let i = 0; i < count; i++) await center.is(`h${i}`, 'ready');
  return hosts;
}
const chosen = (center: TestCenter, times: number, among: string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (let i = 0; i < times; i++) {
    const id = center.pool.choose(among) ?? 'none';
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
};

test('round-robin takes turns, weights count where the strategy says so, and the strategy changes at run time', async () => {
  const center = testCenter({ settings: { strategy: 'round-robin', health: { slowStartMs: 0 } } });
  const hosts = await fleet(center, 3);
  const all = ['h0', 'h1', 'h2'];
  expect(chosen(center, 30, all)).toEqual({ h0: 10, h1: 10, h2: 10 });
  const target = targetOf(`ws://127.0.0.1:${hosts[0]?.host.port}`);
  center.pool.put(hostRow('h0', { limits: QUICK, weight: 3 }), () => target);
  center.pool.configure({ strategy: 'weighted', health: { ...defaults, slowStartMs: 0 } });
  expect(chosen(center, 50, all)).toEqual({ h0: 30, h1: 10, h2: 10 });
  expect(center.events('strategy')).toMatchObject([{ from: 'round-robin', to: 'weighted' }]);
  expect(center.events('weight')).toMatchObject([{ hostId: 'h0', from: '1', to: '3' }]);
  center.pool.put(hostRow('h0', { limits: QUICK, weight: 0 }), () => target);
  expect(chosen(center, 20, all)).toEqual({ h1: 10, h2: 10 });
});

test('a drained host, one that is away and one that is unknown are never chosen; with no other there is none', async () => {
  const center = testCenter();
  const hosts = await fleet(center, 2);
  center.pool.put(hostRow('h0', { limits: QUICK, admin: 'draining' }), () => targetOf(`ws://127.0.0.1:${hosts[0]?.host.port}`));
  expect(chosen(center, 10, ['h0', 'h1', 'unknown'])).toEqual({ h1: 10 });
  await hosts[1]?.host.close();
  await center.is('h1', 'reconnecting');
  expect(center.pool.choose(['h0', 'h1', 'unknown'])).toBe(null);
  // What was there before goes on: only new sessions stay away.
  expect(await center.pool.of('h0').call('session.list', {})).toMatchObject({ ok: true });
});

test('a host that answers no commands is ejected with the reason, and a person takes it back', async () => {
  const center = testCenter({ settings: { strategy: 'round-robin', health: { consecutiveErrors: 3, breakerFailures: 100, slowStartMs: 0 } } });
  const hosts = await fleet(center, 3);
  hosts[1]?.mute(true);
  for (let i = 0; i < 3; i++) await center.pool.of('h1').call('session.list', {}, { timeoutMs: 60 });
  expect(chosen(center, 10, ['h0', 'h1', 'h2'])).toEqual({ h0: 5, h2: 5 });
  expect(center.facts('h1').ejection).toMatchObject({ count: 1, reason: expect.stringContaining('3 failures in a row') });
  expect(center.facts('h1').ejection?.until).toBeGreaterThan(Date.now());
  expect(center.events('ejected')).toMatchObject([{ hostId: 'h1' }]);
  hosts[1]?.mute(false);
  center.pool.readmit('h1');
  expect(center.facts('h1').ejection).toBe(null);
  expect(chosen(center, 9, ['h0', 'h1', 'h2'])).toMatchObject({ h1: 3 });
});

test('when most hosts are ejected the ejections are not heeded, and an event says so', async () => {
  const health = { consecutiveErrors: 2, breakerFailures: 100, maxEjectedShare: 1, panicShare: 0.5, slowStartMs: 0 };
  const center = testCenter({ settings: { strategy: 'round-robin', health } });
  const hosts = await fleet(center, 3);
  for (const id of ['h0', 'h1']) {
    hosts[Number(id.slice(1))]?.mute(true);
    for (let i = 0; i < 2; i++) await center.pool.of(id).call('session.list', {}, { timeoutMs: 60 });
  }
  await until(() => center.pool.view().panic);
  expect(center.events('panic')).toMatchObject([{ to: 'on' }]);
  expect(chosen(center, 9, ['h0', 'h1', 'h2'])).toEqual({ h0: 3, h1: 3, h2: 3 });
});

test('a host that came back gets its share little by little', async () => {
  const center = testCenter({ settings: { strategy: 'weighted', health: { slowStartMs: 60_000 } } });
  await fleet(center, 2);
  expect(center.facts('h0').warmth).toBeLessThan(0.5);
  center.pool.configure({ strategy: 'weighted', health: { ...defaults, slowStartMs: 0 } });
  expect(center.facts('h0').warmth).toBe(1);
});

test('a host that is removed is gone: its connections end, its commands are answered', async () => {
  const center = testCenter();
  const [host] = await fleet(center, 1);
  host?.mute(true);
  const call = center.pool.of('h0').call('session.list', {});
  center.pool.remove('h0');
  expect(await call).toMatchObject({ ok: false, fault: { code: 'HOST_UNREACHABLE' } });
  expect(center.pool.all()).toEqual([]);
  expect(center.events('removed')).toHaveLength(1);
});

test('a host that owes the answer to a beat is avoided at once, long before it counts as frozen', async () => {
  const center = testCenter({ settings: { health: { slowStartMs: 0 } } });
  let deaf = false;
  const host = await ScriptedHost.start({
    frame(guest, text) {
      const frame = CenterFrame.parse(JSON.parse(text));
      if (frame.t === 'hello') guest.say(WELCOME);
      if (frame.t === 'ping' && !deaf)
        guest.say(JSON.stringify({ t: 'pong', at: frame.at, load: { sessions: 0, loopDelayMs: 0, rssBytes: 0, spooledBytes: 0 } }));
    },
  });
  onTestFinished(() => host.close());
  await fleet(center, 1);
  center.add('deaf', targetOf(`ws://127.0.0.1:${host.port}`), { limit: { beatDeadlineMs: 30_000 } });
  await center.is('deaf', 'ready');
  await until(() => (chosen(center, 50, ['h0', 'deaf'])['deaf'] ?? 0) > 0);
  deaf = true;
  await until(() => chosen(center, 50, ['h0', 'deaf'])['deaf'] === undefined);
  expect(center.facts('deaf')).toMatchObject({ state: 'ready', breaker: { state: 'closed' }, ejection: null });
});
