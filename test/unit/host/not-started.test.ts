/** What an agent that could not be started tells, whichever driver was to run it. */
import { expect, test } from 'vitest';
import { acpDriver } from '#host/acp/driver.ts';
import { claudeDriver } from '#host/claude/driver.ts';
import { commandDriver } from '#host/command/driver.ts';
import { AgentChoice } from '#shared/domain/agent.ts';
import type { SessionEvent } from '#shared/domain/session-event.ts';

const drivers = { 'claude-code': claudeDriver, acp: acpDriver, command: commandDriver } as const;

test.each(['claude-code', 'acp', 'command'] as const)('%s: one end with the fault, then every act is refused with the same sentence', async (kind) => {
  const events: SessionEvent[] = [];
  const program = ['acc-no-such-agent'];
  const run = await drivers[kind]({
    sessionId: 'ses_1',
    agent: AgentChoice.parse({ kind, name: 'the agent', command: program }),
    program,
    cwd: process.cwd(),
    env: { PATH: '/usr/bin:/bin' },
    prompt: 'Do it.',
    promptFrom: 'task',
    resume: null,
    limits: {},
    allow: [],
    emit: (event) => void events.push(event),
    live: () => undefined,
  });
  expect(events.map((event) => event.kind)).toEqual(['message', 'exited']);
  expect(events.at(-1)).toMatchObject({ reason: 'spawn_failed', exitCode: null, fault: { code: 'AGENT_NOT_FOUND' } });
  expect(run.pid).toBeNull();
  const refusals = [await run.send('x', 'person'), await run.answer({ requestId: 'r', allow: true, note: '', remember: [] }), await run.interrupt()];
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({
      ok: false,
      fault: { code: 'SESSION_NOT_RUNNING', message: expect.stringContaining('did not start in this session'), fix: expect.any(String) },
    });
  }
  await run.stop('stop', 'stopped', 0);
  expect(events).toHaveLength(2);
});
