/**
 * The store as the other rooms see it. Writes are synchronous and inside one transaction; a write that returned is on disk.
 * Every row the views show carries `rev`, the global revision of its last change; `changed` fires once after each commit.
 * @throws {FaultError} STORE_FULL, STORE_LOCKED, STORE_DAMAGED from any write: nothing of that transaction was kept
 */
import type { AgentChoice } from '#shared/domain/agent.ts';
import type { Change, CheckRun } from '#shared/domain/change.ts';
import type { Dashboard } from '#shared/domain/dashboard.ts';
import type { AgentHost, ConnectionMinute, PoolEvent } from '#shared/domain/connection.ts';
import type { LoadReport } from '#shared/domain/load-test.ts';
import type { Repository } from '#shared/domain/repository.ts';
import type { MetricKind, Sample } from '#shared/domain/metric.ts';
import type { Answers } from '#shared/domain/question.ts';
import type { MessageSource, NumberedEvent, SessionGauge } from '#shared/domain/session-event.ts';
import type { Decision, NewTask, Permission, PermissionRule, Session, Task } from '#shared/domain/session.ts';
import type { Settings } from '#shared/domain/settings.ts';
import type { AlertChannel, AlertRule } from '#shared/domain/alert.ts';
import type { ReportSchedule } from '#shared/domain/report.ts';
import type { AlertTables, Documents, ReportTable } from './alerting.ts';
import type { AttemptStatus, ChangeStatus, NodeStatus, PlanStatus, SessionStatus } from '#shared/domain/status.ts';
import type { Place } from '#shared/host-protocol/commands.ts';
import type { IndexedItem } from '#shared/contract/sessions.ts';
import type { LedgerRow } from './ledger/fact.ts';

export type StoreState = { readonly state: 'ok' | 'full' | 'locked' | 'damaged'; readonly detail: string };

/** A session with what only the core needs. */
export type SessionRow = Session & {
  readonly attemptId: string;
  readonly base: string | null;
  readonly place: Place | null;
  readonly queuedAt: number;
  readonly nextPrompt: { readonly text: string; readonly from: MessageSource } | null;
};
/** What a transition or a patch of a session may set beside its status. */
export type SessionPatch = Partial<
  Pick<
    SessionRow,
    | 'statusCode'
    | 'statusText'
    | 'hostId'
    | 'agentSessionId'
    | 'cwd'
    | 'branch'
    | 'base'
    | 'place'
    | 'startedAt'
    | 'endedAt'
    | 'queuedAt'
    | 'activeMs'
    | 'blockedMs'
    | 'activeSince'
    | 'blockedSince'
    | 'activity'
    | 'changeId'
    | 'settled'
    | 'archivedAt'
    | 'nextPrompt'
    | 'attemptId'
  >
>;
export type NodeRow = {
  readonly id: string;
  readonly planId: string;
  readonly taskId: string;
  readonly position: number;
  readonly title: string;
  readonly body: string;
  readonly dependsOn: readonly string[];
  readonly status: NodeStatus;
  readonly attempts: number;
  readonly notBefore: number | null;
  readonly sessionId: string | null;
};
export type AttemptRow = {
  readonly id: string;
  readonly nodeId: string;
  readonly number: number;
  readonly sessionId: string;
  readonly status: AttemptStatus;
  readonly fault: string | null;
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
};
export type RunRow = {
  readonly sessionId: string;
  readonly epoch: string;
  readonly hostId: string;
  readonly number: number;
  readonly lastSeq: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly pid: number | null;
};
/** A change with what only the core needs. */
export type ChangeRow = Change & { readonly place: Place; readonly mergedBefore: string | null };
/** What a decision or a new look may set in a change. */
export type ChangePatch = Partial<
  Pick<
    ChangeRow,
    | 'title'
    | 'targetBranch'
    | 'base'
    | 'snapshot'
    | 'files'
    | 'added'
    | 'deleted'
    | 'summary'
    | 'rounds'
    | 'mergedSha'
    | 'mergedBefore'
    | 'mergeMethod'
    | 'conflicts'
    | 'skipped'
    | 'note'
    | 'viewed'
    | 'decidedAt'
  >
>;
export type HostPatch = Partial<Pick<AgentHost, 'name' | 'url' | 'tls' | 'weight' | 'limits' | 'admin'>>;
export type PermissionRow = Permission & { readonly epoch: string };
export type PlanEvent = {
  readonly seq: number;
  readonly planId: string;
  readonly at: number;
  readonly kind: 'plan' | 'node' | 'attempt';
  readonly targetId: string;
  readonly from: string | null;
  readonly to: string;
  readonly detail: string;
};

export type Store = {
  readonly path: string;
  state(): StoreState;
  /** Runs `work` in one immediate transaction (nested calls join the outer one). */
  transaction<T>(work: () => T): T;
  /** The highest revision that is committed. */
  rev(): number;
  /** Calls back after each commit that changed a revision; returns the unsubscribe. */
  onChanged(listener: () => void): () => void;

  readonly settings: { get(): Settings; save(settings: Settings): void };

  readonly repositories: {
    get(id: string): Repository | null;
    byPath(path: string): Repository | null;
    list(): Repository[];
    insert(repository: Omit<Repository, 'rev'>): Repository;
    patch(id: string, patch: Partial<Pick<Repository, 'name' | 'settings' | 'present' | 'archivedAt'>>): Repository | null;
    since(rev: number): Repository[];
  };

  readonly tasks: {
    /** Stores task, plan and nodes with the edges given in `dependsOn`; nodes without dependencies are `ready`, the others `blocked`. */
    insert(
      id: string,
      task: NewTask,
      nodes: readonly { id: string; title: string; body: string; dependsOn: readonly string[] }[],
      at: number,
      key?: string,
    ): Task;
    get(id: string): Task | null;
    byKey(key: string): Task | null;
    since(rev: number): Task[];
  };

  readonly plans: {
    nodes(planId: string): NodeRow[];
    node(id: string): NodeRow | null;
    /** Nodes that may start when their `notBefore` has passed: ready, their plan active. Oldest first. */
    readyNodes(): NodeRow[];
    /** Compare-and-set against the transition table of shared/domain/status.ts; false when the row was in another state. Writes a plan event. */
    movePlan(id: string, to: PlanStatus, detail: string, at: number): boolean;
    moveNode(id: string, to: NodeStatus, detail: string, at: number, patch?: { notBefore?: number | null; sessionId?: string; attempts?: number }): boolean;
    insertAttempt(attempt: { id: string; nodeId: string; number: number; sessionId: string; at: number }): void;
    attempt(id: string): AttemptRow | null;
    moveAttempt(id: string, to: AttemptStatus, detail: string, at: number): boolean;
    events(planId: string): PlanEvent[];
  };

  readonly sessions: {
    insert(session: {
      id: string;
      taskId: string;
      nodeId: string;
      attemptId: string;
      repositoryId: string;
      title: string;
      agent: AgentChoice;
      limits: Session['limits'];
      at: number;
      patch?: SessionPatch;
    }): SessionRow;
    get(id: string): SessionRow | null;
    list(filter: { status?: readonly SessionStatus[]; repositoryId?: string; archived?: boolean; limit: number; before?: number }): {
      sessions: SessionRow[];
      more: boolean;
    };
    /** All of a status, oldest queued first. */
    inStatus(status: readonly SessionStatus[]): SessionRow[];
    /** Compare-and-set; null when the session was in a state that does not lead there. `from` narrows the sources further. */
    move(id: string, to: SessionStatus, patch?: SessionPatch, from?: readonly SessionStatus[]): SessionRow | null;
    patch(id: string, patch: SessionPatch): SessionRow | null;
    /** Not durable by itself: kept with the next commit that has another reason, at most every few seconds. */
    gauge(id: string, gauge: SessionGauge): void;
    since(rev: number): Session[];
    /** US dollars over all runs of the task's sessions; over all runs since a time. */
    spentOnTask(taskId: string): number;
    spentSince(at: number): number;
  };

  readonly runs: {
    begin(sessionId: string, epoch: string, at: number, hostId: string): RunRow;
    /** The run of an epoch, ended or not; null when this store never began it. */
    get(sessionId: string, epoch: string): RunRow | null;
    end(sessionId: string, epoch: string, at: number, reason: string, exitCode: number | null): void;
    /** Runs without an end: what a restart has to look after. */
    open(): RunRow[];
    /** Where each run stands that a host may still tell of, for its hello: those that are open, and those that were lost after `lostSince`. */
    cursors(hostId: string, lostSince: number): { sessionId: string; epoch: string; seq: number }[];
    setPid(sessionId: string, epoch: string, pid: number | null): void;
  };

  readonly events: {
    /**
     * Appends what is new of a batch, folds the transcript, usage, activity and counters, all in one transaction. Events at or below the
     * run's last number are ignored; a gap throws EVENT_GAP.
     * @returns the events that were new, with their number in the session
     */
    append(sessionId: string, events: readonly NumberedEvent[]): { seq: number; event: NumberedEvent }[];
    page(sessionId: string, after: number, limit: number): { seq: number; at: number; event: unknown }[];
    items(sessionId: string, from: number, count: number): { total: number; items: IndexedItem[] };
    itemsSince(sessionId: string, rev: number, limit: number): IndexedItem[];
    /** Number of events, number of items. */
    size(sessionId: string): { events: number; items: number };
    /** The text of the last whole block the agent itself said, for a change's summary. */
    lastText(sessionId: string): string;
  };

  readonly permissions: {
    insert(
      permission: Omit<PermissionRow, 'rev' | 'sessionTitle' | 'repositoryId' | 'status' | 'note' | 'answeredBy' | 'answeredAt' | 'questions' | 'answers'> & {
        questions?: Permission['questions'];
      },
    ): PermissionRow;
    get(id: string): PermissionRow | null;
    byRequest(sessionId: string, epoch: string, requestId: string): PermissionRow | null;
    /** Waiting → closed; null when it was closed already. */
    close(id: string, to: 'allowed' | 'denied' | 'expired', by: string | null, note: string | null, at: number, answers?: Answers): PermissionRow | null;
    waiting(sessionId?: string): PermissionRow[];
    list(limit: number): PermissionRow[];
    since(rev: number): Permission[];
    rules(repositoryId?: string): PermissionRule[];
    addRule(rule: PermissionRule): void;
    removeRule(id: string, at: number): boolean;
  };

  readonly changes: {
    insert(change: Omit<ChangeRow, 'rev'>): ChangeRow;
    get(id: string): ChangeRow | null;
    /** Undecided ones (waiting, conflicted), oldest first; otherwise all, newest first. */
    list(waiting: boolean, limit: number): ChangeRow[];
    /** The change of a session: one for all its rounds. */
    bySession(sessionId: string): ChangeRow | null;
    move(id: string, to: ChangeStatus, patch: ChangePatch, from?: readonly ChangeStatus[]): ChangeRow | null;
    patch(id: string, patch: ChangePatch): ChangeRow | null;
    since(rev: number): Change[];
    insertCheck(check: CheckRun): void;
    /** A check that waited for its turn begins. */
    startCheck(id: string, at: number): void;
    finishCheck(id: string, patch: Pick<CheckRun, 'status' | 'exitCode' | 'output' | 'cut' | 'endedAt'>): void;
    checks(changeId: string): CheckRun[];
    /** Checks still marked running: what a restart marks as cancelled. */
    runningChecks(): CheckRun[];
  };

  readonly decisions: {
    append(decision: Decision): void;
    list(filter: { targetId?: string; before?: number; limit: number }): Decision[];
    lastOf(targetId: string): Decision | null;
    /** Acts that were begun and have no outcome yet: their action ends in `.intent` and nothing was decided on their target since. */
    unsettled(): Decision[];
  };

  readonly hosts: {
    /** Null also when it was removed. */
    get(id: string): AgentHost | null;
    /** Those that are not removed, this machine first. */
    list(): AgentHost[];
    insert(host: Omit<AgentHost, 'rev'>): AgentHost;
    patch(id: string, patch: HostPatch): AgentHost | null;
    /** Takes it off the list; what was on it keeps its name. False when it was not there. */
    remove(id: string, at: number): boolean;
    /** The name of a host, removed or not; null when there never was one. */
    nameOf(id: string): string | null;
    /** The name of this control center at its hosts: made once, kept for good. */
    centerId(): string;
  };

  readonly hostEvents: {
    append(events: readonly PoolEvent[]): void;
    /** Newest first; `before` is a number of an event. */
    page(filter: { hostId?: string; before?: number; limit: number }): { events: (PoolEvent & { seq: number })[]; more: boolean };
  };

  readonly connectionMinutes: {
    /** Minutes are counted since the epoch; what is told of the same one again (a core that was started anew in it) is added. */
    add(hostId: string, minute: number, body: ConnectionMinute): void;
    list(hostId: string, from: number, to: number): { minute: number; body: ConnectionMinute }[];
  };
  /** Forgets events and minutes of connections older than a time (milliseconds since the epoch). @returns how many */
  forgetConnections(before: number): number;

  readonly loadTests: {
    /** Keeps a report: a new one or the latest state of one. */
    put(report: LoadReport): void;
    get(id: string): LoadReport | null;
    /** Newest first. */
    list(limit: number): LoadReport[];
    /** Those kept as running: at the start of a core, what the one before left behind. */
    running(): LoadReport[];
  };

  /** The measurements of the stored facts, in the order they were stored. */
  readonly ledger: {
    after(seq: number, limit: number): LedgerRow[];
    /** Number of the last row there ever was. */
    last(): number;
    /** The next row comes after this number. */
    goOnAfter(seq: number): void;
    /** Removes rows up to a number that are older than a time (milliseconds), looking at no more than `limit`. @returns how many */
    remove(upTo: number, before: number, limit: number): number;
    /** Calls back after each commit that added rows, perhaps several times; returns the unsubscribe. */
    onAdded(listener: () => void): () => void;
    /** Measures what was stored before there was a ledger, for about so many milliseconds. @returns true when there is more */
    takeHistory(budgetMs: number): boolean;
  };

  /** What is known of telemetry that hosts tell; every change of it belongs into the transaction of the batch it comes from. */
  readonly telemetry: {
    /** The stream of a run of a host's process; null when none was opened. */
    stream(hostId: string, boot: string): { sessionId: string; epoch: string } | null;
    openStream(hostId: string, boot: string, sessionId: string, epoch: string): void;
    cursors(hostId: string): { sessionId: string; epoch: string; seq: number }[];
    /** The number of the last event of a stream that is stored; null when this store never opened it for that host. */
    last(hostId: string, sessionId: string, epoch: string): number | null;
    moveTo(sessionId: string, epoch: string, seq: number): void;
    forget(sessionId: string, epoch: string): void;
    /** Remembers a request for a while. @returns false when it was known */
    isNew(key: string, at: number): boolean;
    /** How much a counter that only grows has grown; null when that cannot be told (it is older than what is remembered, or there are too many). */
    growth(series: string, start: number, value: number, at: number): number | null;
    /** True for the agent's name of a session this store ran itself. */
    isOwn(agentSessionId: string): boolean;
    put(samples: readonly (Sample & { readonly kind?: MetricKind })[]): void;
    count(name: string, n: number): void;
    counts(): Record<string, number>;
  };

  readonly dashboards: {
    get(id: string): Dashboard | null;
    /** In the order they were made. */
    list(): Dashboard[];
    put(dashboard: Omit<Dashboard, 'rev'>, at: number): Dashboard;
    /** Puts in what an installation begins with, once: what was removed since stays removed. */
    begin(dashboards: readonly Omit<Dashboard, 'rev'>[], at: number): void;
    remove(id: string): boolean;
  };

  readonly alertRules: Documents<AlertRule>;
  readonly alertChannels: Documents<AlertChannel>;
  readonly alerts: AlertTables;
  readonly reportSchedules: Documents<ReportSchedule>;
  readonly reports: ReportTable;

  /** Closes the database after a checkpoint and gives up the ownership of the data folder. */
  close(): void;
};
