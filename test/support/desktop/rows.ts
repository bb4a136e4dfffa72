/** Rows of live deltas with everything a spec does not care about filled in. */
import type { Alert } from '#shared/domain/alert.ts';
import type { Change } from '#shared/domain/change.ts';
import type { Permission, Session } from '#shared/domain/session.ts';
import { newId } from '#shared/lib/id.ts';

/** A session; running unless told otherwise. */
export function sessionRow(given: Partial<Session> = {}): Session {
  return {
    id: newId('ses'),
    taskId: newId('tsk'),
    nodeId: newId('nod'),
    repositoryId: newId('rep'),
    title: 'Fix the parser',
    agent: { kind: 'command', name: '', command: ['true'], model: '' },
    status: 'running',
    statusCode: '',
    statusText: '',
    hostId: 'local',
    agentSessionId: null,
    cwd: '/repository',
    branch: null,
    limits: {},
    createdAt: 1,
    startedAt: 1,
    endedAt: null,
    activeMs: 0,
    blockedMs: 0,
    blockedSince: null,
    activeSince: null,
    lastEventAt: null,
    activity: '',
    turns: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    costUsd: null,
    contextTokens: null,
    contextWindow: null,
    rssBytes: null,
    rssPeakBytes: null,
    events: 0,
    items: 0,
    pulse: [],
    changeId: null,
    settled: true,
    archivedAt: null,
    rev: 1,
    ...given,
  };
}

/** A permission request that waits. */
export function permissionRow(given: Partial<Permission> = {}): Permission {
  return {
    id: newId('per'),
    sessionId: newId('ses'),
    repositoryId: newId('rep'),
    sessionTitle: 'Fix the parser',
    requestId: 'r1',
    tool: 'Bash',
    title: 'Run npm test',
    input: '{}',
    reason: null,
    rules: [],
    questions: [],
    answers: {},
    status: 'waiting',
    note: null,
    answeredBy: null,
    askedAt: 1,
    answeredAt: null,
    rev: 1,
    ...given,
  };
}

/** A change that waits for review: one file. */
export function changeRow(given: Partial<Change> = {}): Change {
  return {
    id: newId('chg'),
    taskId: newId('tsk'),
    sessionId: newId('ses'),
    repositoryId: newId('rep'),
    title: 'Fix the parser',
    status: 'waiting',
    mode: 'worktree',
    cwd: '/repository',
    branch: 'acc/fix',
    targetBranch: 'main',
    base: 'b',
    snapshot: 's1',
    files: [{ path: 'a.ts', oldPath: null, status: 'modified', added: 3, deleted: 1, binary: false }],
    added: 3,
    deleted: 1,
    summary: '',
    rounds: 0,
    mergedSha: null,
    mergeMethod: null,
    conflicts: [],
    skipped: [],
    note: '',
    viewed: [],
    createdAt: 1,
    decidedAt: null,
    rev: 1,
    ...given,
  };
}

/** An alert that was told through the system at `at`. */
export function alertRow(at: number, given: Partial<Alert> = {}): Alert {
  return {
    id: newId('alt'),
    ruleId: newId('arl'),
    ruleName: 'Too many errors',
    severity: 'warning',
    startedAt: at,
    endedAt: null,
    value: 12,
    threshold: 10,
    n: 12,
    sentence: 'Errors was 12 in the last 15 min.',
    acknowledgedBy: null,
    test: false,
    told: [{ channel: 'ach_1', at, ok: true, detail: '', what: 'fired', via: 'os' }],
    rev: 1,
    ...given,
  };
}
