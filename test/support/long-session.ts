/** Fills a data folder with one ended session of many events, through the store, before a core opens it. */
import { AgentChoice } from '#shared/domain/agent.ts';
import { RepositorySettings } from '#shared/domain/repository.ts';
import { NewTask } from '#shared/domain/session.ts';
import type { NumberedEvent, SessionEvent } from '#shared/domain/session-event.ts';
import { unwrap } from '#shared/lib/fault.ts';
import { openStore } from '#store/index.ts';

/** Id of the session that is made. */
export const LONG_SESSION = 'ses_long';
const BATCH = 1000;

/** Text, thinking, reads, edits and failing runs as a working agent mixes them. */
function eventAt(n: number): SessionEvent {
  const callId = `c${n - (n % 2)}`;
  switch (n % 10) {
    case 0:
      return { kind: 'text', blockId: `b${n}`, text: `Line ${n}: **the client** keeps its \`timeouts\`.\n\n- first\n- second\n` };
    case 1:
      return { kind: 'thinking', blockId: `b${n}`, text: `I weigh step ${n}. `.repeat(12) };
    case 2:
    case 4:
      return { kind: 'tool_call', callId, tool: 'Read', toolKind: 'read', title: `Read src/file-${n}.ts`, input: '{}', edits: [] };
    case 3:
    case 5:
      return { kind: 'tool_result', callId, status: 'ok', output: 'export const a = 1;\n'.repeat(40), edits: [] };
    case 6:
      return {
        kind: 'tool_call',
        callId,
        tool: 'Edit',
        toolKind: 'edit',
        title: `Edit src/file-${n}.ts`,
        input: '{}',
        edits: [{ path: `src/file-${n}.ts`, oldText: 'let a = 1;\nlet b = 2;\n', newText: `let a = ${n};\nlet b = 2;\nlet c = 3;\n` }],
      };
    case 7:
      return { kind: 'tool_result', callId, status: 'ok', output: 'done', edits: [] };
    case 8:
      return {
        kind: 'tool_call',
        callId,
        tool: 'Bash',
        toolKind: 'run',
        title: `npm test -- part-${n}`,
        input: `{"command":"npm test -- part-${n}"}`,
        edits: [],
      };
    default:
      return { kind: 'tool_result', callId, status: 'failed', output: 'Exit code 1\nTests: 2 failed, 29 passed', edits: [] };
  }
}

/** @param events how many events the session has, the task and the end included */
export function fillLongSession(dataDir: string, events: number): void {
  const store = unwrap(openStore({ dir: dataDir }));
  const at = Date.now() - 3_600_000;
  const agent = AgentChoice.parse({ kind: 'claude-code' });
  const ids = { taskId: 'tsk_long', nodeId: 'nod_long', attemptId: 'att_long', sessionId: LONG_SESSION, repositoryId: 'rep_long' };
  store.repositories.insert({
    id: ids.repositoryId,
    path: dataDir,
    name: 'long',
    vcs: 'none',
    settings: RepositorySettings.parse({}),
    present: true,
    addedAt: at,
    archivedAt: null,
  });
  const task = NewTask.parse({ repositoryId: ids.repositoryId, title: 'A long session', text: 'Work for hours.', agent });
  store.tasks.insert(ids.taskId, task, [{ id: ids.nodeId, title: task.title, body: task.text, dependsOn: [] }], at, 'long');
  store.plans.insertAttempt({ id: ids.attemptId, nodeId: ids.nodeId, number: 1, sessionId: LONG_SESSION, at });
  store.sessions.insert({ ...ids, id: LONG_SESSION, title: task.title, agent, limits: {}, at, patch: { cwd: dataDir } });
  store.plans.moveNode(ids.nodeId, 'active', 'started', at);
  store.plans.moveAttempt(ids.attemptId, 'active', 'started', at);
  store.sessions.move(LONG_SESSION, 'starting', { startedAt: at });
  store.sessions.move(LONG_SESSION, 'running', {});
  store.runs.begin(LONG_SESSION, 'e1', at, 'local');
  const all: NumberedEvent[] = [];
  const add = (event: SessionEvent): void => void all.push({ epoch: 'e1', seq: all.length + 1, at: at + all.length * 20, event });
  add({ kind: 'message', from: 'task', text: task.text });
  for (let n = 0; n < events - 2; n++) add(eventAt(n));
  add({ kind: 'exited', exitCode: 0, signal: null, reason: 'completed', fault: null });
  for (let i = 0; i < all.length; i += BATCH) store.events.append(LONG_SESSION, all.slice(i, i + BATCH));
  store.runs.end(LONG_SESSION, 'e1', at + all.length * 20, 'completed', 0);
  store.sessions.move(LONG_SESSION, 'finished', { endedAt: at + all.length * 20, settled: true });
  store.plans.moveAttempt(ids.attemptId, 'succeeded', 'done', at);
  store.plans.moveNode(ids.nodeId, 'done', 'done', at);
  store.close();
}
