/** A real ACP agent (the SDK's agent side, in its own process) through the ACP driver. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import type { DriverStart } from '#host/driver.ts';
import { acpDriver } from '#host/acp/driver.ts';
import { startTrial, until, type Trial } from '#test/support/agents/trial.ts';

const AGENT = join(import.meta.dirname, '../../support/agents/acp-agent.ts');
const trials: Trial[] = [];

async function acp(prompt: string, more: Partial<DriverStart> & { flags?: string[]; model?: string } = {}): Promise<Trial> {
  const { flags = [], model = '', ...rest } = more;
  const trial = await startTrial(acpDriver, { kind: 'acp', name: 'tester', model }, { prompt, program: [process.execPath, AGENT, ...flags], ...rest });
  trials.push(trial);
  return trial;
}
afterEach(async () => {
  await Promise.all(trials.splice(0).map((trial) => trial.end()));
});

test('an answer streams as live parts and becomes one text event', async () => {
  const trial = await acp('answer Grüße aus der Küche 🍳 und mehr');
  const end = await trial.event('turn_ended');
  expect(end).toMatchObject({ ok: true, code: 'done', text: 'Grüße aus der Küche 🍳 und mehr' });
  expect(trial.events.map((event) => event.kind)).toEqual(['message', 'started', 'thinking', 'text', 'usage', 'turn_ended']);
  expect(trial.all('started')[0]).toMatchObject({ version: '9.9.9', resumed: false, pid: trial.run.pid });
  const [text] = trial.all('text');
  const streamed = trial.live.filter((part) => part.blockId === text?.blockId);
  expect(streamed.length).toBeGreaterThan(3);
  expect(streamed.map((part) => part.text).join('')).toBe(text?.text);
  expect(streamed[2]?.offset).toBe((streamed[0]?.text.length ?? 0) + (streamed[1]?.text.length ?? 0));

  expect(await trial.run.send('and you?', 'person')).toEqual({ ok: true, value: undefined });
  await until(() => trial.all('turn_ended').length === 2, trial.story);
  expect(trial.all('text').at(-1)?.text).toBe('small-1 heard: and you?');
  await trial.run.stop('finish', 'completed', 20_000);
  expect(trial.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'completed', fault: null });
  expect(trial.all('exited')).toHaveLength(1);
  expect(await trial.leftovers()).toEqual([]);
});

test('no chunk of a long answer is lost or late', async () => {
  const trial = await acp('long 5000');
  await trial.event('turn_ended');
  expect(trial.all('text').map((event) => event.text)).toEqual([Array.from({ length: 5000 }, (_, index) => `${index} `).join('')]);
  expect(trial.events.at(-1)?.kind).toBe('turn_ended');
});

test('an edit waits for permission, is written and told as a diff', async () => {
  const trial = await acp('edit notes.txt');
  const asked = await trial.event('permission_asked');
  expect(asked).toMatchObject({ title: 'Write notes.txt', tool: 'Edit', rules: ['Edit(notes.txt)', 'Edit(**)'] });
  expect(asked.callId).toBe(trial.all('tool_call')[0]?.callId);
  expect(await trial.run.answer({ requestId: 'nobody', allow: true, note: '', remember: [] })).toMatchObject({
    ok: false,
    fault: { code: 'PERMISSION_CLOSED' },
  });
  expect(await trial.run.answer({ requestId: asked.requestId, allow: true, note: '', remember: ['Edit(**)'] })).toMatchObject({ ok: true });
  await trial.event('turn_ended', (event) => event.ok);
  expect(readFileSync(join(trial.cwd, 'notes.txt'), 'utf8')).toBe('new\n');
  expect(trial.all('tool_result').at(-1)).toMatchObject({ status: 'ok', edits: [{ path: 'notes.txt', oldText: null, newText: 'new\n' }] });

  // The remembered rule answers the next request of its kind, and only of its kind.
  await trial.run.send('edit more.txt', 'person');
  await until(() => trial.all('turn_ended').length === 2, trial.story);
  expect(trial.all('permission_asked')).toHaveLength(1);
  await trial.run.send('run make', 'person');
  expect(await trial.event('permission_asked', (event) => event.title === 'make')).toMatchObject({ tool: 'Bash', rules: ['Bash(make)'] });
});

test('rules of the task answer without asking a person', async () => {
  const trial = await acp('run npm test -- http', { allow: ['Bash(npm test:*)'] });
  await trial.event('turn_ended', (event) => event.ok);
  expect(trial.all('permission_asked')).toEqual([]);
  expect(trial.all('tool_result').at(-1)).toMatchObject({ status: 'ok', output: 'chose once' });
  await trial.run.send('run npm test; rm -rf build', 'person');
  await trial.event('permission_asked');
});

test('a refusal reaches the agent and its note follows as a message', async () => {
  const trial = await acp('run rm -rf build');
  const { requestId } = await trial.event('permission_asked');
  await trial.run.answer({ requestId, allow: false, note: 'use make clean', remember: [] });
  await until(() => trial.all('turn_ended').length === 2, trial.story);
  expect(trial.all('permission_closed')).toMatchObject([{ requestId, outcome: 'denied', note: 'use make clean' }]);
  expect(trial.all('tool_result').at(-1)).toMatchObject({ status: 'failed', output: 'not allowed' });
  expect(trial.all('text').at(-1)?.text).toBe('small-1 heard: use make clean');
});

test('a stop takes the question down with the run: it may be asked again in the next', async () => {
  const trial = await acp('run sleep');
  await trial.event('permission_asked');
  await trial.run.stop('stop', 'stopped', 3000);
  expect(trial.all('permission_closed')).toMatchObject([{ outcome: 'withdrawn', ended: true }]);
  expect(trial.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'stopped' });
});

test('an interrupt withdraws the question, ends the turn and keeps the session', async () => {
  const trial = await acp('run sleep');
  await trial.event('permission_asked');
  expect(await trial.run.interrupt()).toMatchObject({ ok: true });
  expect(await trial.event('turn_ended')).toMatchObject({ ok: false, code: 'interrupted' });
  expect(trial.all('permission_closed')).toMatchObject([{ outcome: 'withdrawn' }]);
  expect(trial.all('permission_closed')[0]?.ended).toBeUndefined();
  await trial.run.send('hang', 'person');
  await trial.run.send('answer still here', 'person');
  await until(async () => {
    await trial.run.interrupt();
    return trial.all('turn_ended').length >= 3;
  });
  expect(trial.all('turn_ended').map((event) => event.code)).toEqual(['interrupted', 'interrupted', 'done']);
});

test('plan, usage and unknown updates', async () => {
  const trial = await acp('plan');
  await trial.event('turn_ended');
  expect(trial.all('plan').map((plan) => plan.entries.map((entry) => entry.status))).toEqual([
    ['active', 'pending', 'pending'],
    ['done', 'active', 'pending'],
    ['done', 'done', 'done'],
  ]);
  await trial.run.send('usage', 'person');
  await until(() => trial.all('turn_ended').length === 2, trial.story);
  expect(trial.all('usage').at(-1)?.usage).toEqual({
    inputTokens: 20,
    outputTokens: 10,
    cacheReadTokens: 5,
    cacheWriteTokens: 0,
    costUsd: 0.25,
    turns: 2,
    contextTokens: 1200,
    contextWindow: 200_000,
  });
  await trial.run.send('unknown', 'person');
  expect(await trial.event('unknown')).toMatchObject({ type: 'hologram', raw: '{"sessionUpdate":"hologram","depth":3}' });
});

test('resume loads the session without telling its past again; an unknown one begins anew and says so', async () => {
  const loaded = await acp('answer on we go', { resume: 'known-7' });
  await loaded.event('turn_ended');
  expect(loaded.all('started')[0]).toMatchObject({ resumed: true, agentSessionId: 'known-7' });
  expect(loaded.all('text').map((event) => event.text)).toEqual(['on we go']);

  const lost = await acp('answer hello', { resume: 'gone-7' });
  await lost.event('turn_ended');
  expect(lost.all('started')[0]).toMatchObject({ resumed: false });
  expect(lost.all('notice')).toMatchObject([{ code: 'RESUME_FAILED', level: 'warn' }]);

  const unable = await acp('answer hello', { resume: 'known-7', flags: ['--no-load'] });
  await unable.event('turn_ended');
  expect(unable.all('notice')).toMatchObject([{ code: 'RESUME_FAILED' }]);
});

test('a model is set by name where the agent offers it, and said where not', async () => {
  const large = await acp('who are you', { model: 'large', flags: ['--models'] });
  await large.event('turn_ended');
  expect(large.all('started')[0]?.model).toBe('large-1');
  expect(large.all('text')[0]?.text).toContain('large-1 heard');

  const other = await acp('who are you', { model: 'huge', flags: ['--models'] });
  await other.event('turn_ended');
  expect(other.all('notice')).toMatchObject([{ code: 'MODEL_NOT_OFFERED', why: 'It offers small-1, large-1.' }]);
});

test('files outside of the folder stay out of reach, also through links', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'acc-outside-'));
  onTestFinished(() => rmSync(outside, { recursive: true }));
  writeFileSync(join(outside, 'secret'), 'secret');
  const trial = await acp('answer ready');
  await trial.event('turn_ended');
  symlinkSync(outside, join(trial.cwd, 'link'));
  symlinkSync(join(outside, 'nothing'), join(trial.cwd, 'dangling'));
  mkdirSync(join(trial.cwd, '.git'));
  writeFileSync(join(trial.cwd, 'inside.txt'), 'one\ntwo');
  const refused = [`read ${outside}/secret`, 'read link/secret', 'read ../x', 'write link/new', 'write dangling', 'write .git/hooks/pre-commit'];
  const fine = ['read inside.txt', 'write deep/er/file.txt'];
  for (const words of [...refused, ...fine]) await trial.run.send(words, 'person');
  await until(() => trial.all('turn_ended').length === refused.length + fine.length + 1);
  const said = trial
    .all('text')
    .slice(1)
    .map((event) => event.text);
  for (const text of said.slice(0, refused.length)) expect(text).toMatch(/^refused: /);
  expect(said.slice(refused.length)).toEqual(['one\ntwo', 'written']);
});

test('garbage on stdout is shown and does no harm', async () => {
  const trial = await acp('answer fine', { flags: ['--garbage'] });
  await trial.event('turn_ended', (event) => event.ok);
  expect(trial.all('notice')).toMatchObject([{ code: 'ACP_GARBAGE' }]);
  const shown = await trial.event('output');
  expect(shown.text).toContain('Welcome to the agent!\n{"half": \n[1,2]\n');
});

test('an agent that fails the prompt ends the turn with its reason and can go on', async () => {
  const trial = await acp('fail');
  expect(await trial.event('turn_ended')).toMatchObject({ ok: false, code: 'error', text: expect.stringContaining('the model is on strike') });
  await trial.run.send('answer better', 'person');
  await trial.event('turn_ended', (event) => event.ok);
});

test('an agent that dies in the middle of a turn is told with its last words', async () => {
  const trial = await acp('exit 7');
  const exited = await trial.event('exited');
  expect(exited).toMatchObject({ exitCode: 7, reason: 'failed', fault: { code: 'AGENT_EXITED', why: 'the reactor is cold' } });
  expect(trial.all('turn_ended')).toMatchObject([{ ok: false, code: 'error' }]);
  expect(await trial.run.send('hello?', 'person')).toMatchObject({ ok: false, fault: { code: 'SESSION_NOT_RUNNING' } });
});

test('an agent that needs a login says how', async () => {
  const trial = await acp('answer', { flags: ['--login'] });
  const exited = await trial.event('exited');
  expect(exited).toMatchObject({ reason: 'failed', fault: { code: 'ACP_LOGIN_NEEDED', fix: expect.stringContaining('Browser login') } });
});

test('an agent that closes its input and stays is ended and told', async () => {
  const trial = await acp('can you hear me?', { program: [process.execPath, join(AGENT, '../deaf-agent.ts')] });
  expect(await trial.event('exited')).toMatchObject({ reason: 'failed', fault: { code: 'AGENT_NOT_RESPONDING' } });
  expect(trial.all('turn_ended')).toMatchObject([{ ok: false, code: 'error' }]);
  expect(await trial.leftovers()).toEqual([]);
});

test.each([
  ['ends at once', ['sh', '-c', 'echo broken >&2; exit 3'], 'failed', { code: 'AGENT_EXITED', why: 'broken' }],
  ['is not there', ['acc-no-such-agent'], 'spawn_failed', { code: 'AGENT_NOT_FOUND' }],
  ['prints a 10 MB line', ['sh', '-c', 'head -c 10000000 /dev/zero | tr "\\0" x; echo; exit 4'], 'failed', { code: 'AGENT_EXITED' }],
])('a program that %s', async (_name, program, reason, fault) => {
  const trial = await acp('answer', { program });
  expect(await trial.event('exited')).toMatchObject({ reason, fault });
  expect(await trial.leftovers()).toEqual([]);
});

test('an agent that hangs at the greeting can be stopped at once, and is given up after 30 s', async () => {
  const stopped = await acp('answer', { flags: ['--hang-initialize'] });
  const patient = await acp('answer', { flags: ['--hang-initialize'] });
  await stopped.run.stop('stop', 'stopped', 2000);
  expect(stopped.events.at(-1)).toMatchObject({ kind: 'exited', reason: 'stopped', fault: null });
  expect(await patient.event('exited')).toMatchObject({ reason: 'failed', fault: { code: 'ACP_NO_ANSWER' } });
  expect(await patient.leftovers()).toEqual([]);
});
