/**
 * Which queued sessions may start now, and why the others wait. Pure: round-robin over repositories, oldest first inside one,
 * a session that may not start never holds back the next one.
 */
export type QueuedSession = {
  readonly id: string;
  readonly repositoryId: string;
  /** Sessions of one lane share a provider and its limits: `claude-code`, `acp:gemini`, `command`. */
  readonly lane: string;
  readonly kind: string;
  /** Folder it works in, on its host: one session at a time. Empty when it is not known before it is admitted. */
  readonly folder: string;
  readonly queuedAt: number;
  /** A reason from outside (budget, pause) that keeps it waiting; null when there is none. */
  readonly hold: Reason | null;
};
export type LiveSession = Pick<QueuedSession, 'repositoryId' | 'lane' | 'kind' | 'folder'>;
export type Reason = { readonly code: string; readonly text: string };

/** 0 means no limit, as in the settings. */
export type GovernorLimits = {
  readonly global: number;
  readonly perRepository: number;
  readonly perAgent: Readonly<Record<string, number>>;
  /** Sessions running or waiting for review, by repository. */
  readonly wip: Readonly<Record<string, { readonly limit: number; readonly inReview: number }>>;
  /** Most sessions of a lane while its provider is slowed. */
  readonly slowed: Readonly<Record<string, { readonly max: number; readonly text: string }>>;
};
export type Picked = { readonly start: readonly string[]; readonly waiting: ReadonlyMap<string, Reason>; readonly served: readonly string[] };

/**
 * @param served repositories in the order they were last served, longest ago first; give back the one of the last answer
 * @param admit the last word on a session that nothing else holds, at the moment it is taken: null, or why it has to wait
 */
export function pick(
  queued: readonly QueuedSession[],
  live: readonly LiveSession[],
  limits: GovernorLimits,
  served: readonly string[],
  admit: (id: string) => Reason | null = () => null,
): Picked {
  const running = [...live];
  const refused = new Set<string>();
  const start: string[] = [];
  const waiting = new Map<string, Reason>();
  const queues = new Map<string, QueuedSession[]>();
  for (const session of queued.toSorted((a, b) => a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : 1))) {
    queues.set(session.repositoryId, [...(queues.get(session.repositoryId) ?? []), session]);
  }
  let order = [...[...queues.keys()].filter((id) => !served.includes(id)), ...served.filter((id) => queues.has(id))];
  for (let progress = true; progress;) {
    progress = false;
    for (const repositoryId of order) {
      const queue = queues.get(repositoryId) ?? [];
      const next = queue.find((session) => {
        if (refused.has(session.id)) return false;
        const held = reasonToWait(session, running, limits);
        const reason = held ?? admit(session.id);
        if (reason) waiting.set(session.id, reason);
        if (reason && !held) refused.add(session.id);
        return reason === null;
      });
      if (next === undefined) continue;
      waiting.delete(next.id);
      start.push(next.id);
      running.push(next);
      queue.splice(queue.indexOf(next), 1);
      order = [...order.filter((id) => id !== repositoryId), repositoryId];
      progress = true;
    }
  }
  return { start, waiting, served: order };
}

/** Null when the session may start beside the running ones. */
export function reasonToWait(session: QueuedSession, running: readonly LiveSession[], limits: GovernorLimits): Reason | null {
  if (session.hold) return session.hold;
  const count = (same: (each: LiveSession) => boolean): number => running.filter(same).length;
  const inRepository = count((each) => each.repositoryId === session.repositoryId);
  if (limits.global > 0 && running.length >= limits.global)
    return { code: 'LIMIT_GLOBAL', text: `Waits for a free place: ${running.length} of ${limits.global} sessions run.` };
  if (limits.perRepository > 0 && inRepository >= limits.perRepository) {
    return { code: 'LIMIT_REPOSITORY', text: `Waits for a free place in this repository: ${inRepository} of ${limits.perRepository} sessions run.` };
  }
  const wip = limits.wip[session.repositoryId];
  if (wip && wip.limit > 0 && inRepository + wip.inReview >= wip.limit) {
    return { code: 'LIMIT_WIP', text: `Waits: ${inRepository} running and ${wip.inReview} waiting for review reach this repository's limit of ${wip.limit}.` };
  }
  const ofKind = count((each) => each.kind === session.kind);
  const kindLimit = limits.perAgent[session.kind] ?? 0;
  if (kindLimit > 0 && ofKind >= kindLimit) return { code: 'LIMIT_AGENT', text: `Waits: ${ofKind} of ${kindLimit} sessions of this kind of agent run.` };
  const slow = limits.slowed[session.lane];
  if (slow && count((each) => each.lane === session.lane) >= slow.max) return { code: 'PROVIDER_SLOWED', text: slow.text };
  if (session.folder !== '' && running.some((each) => each.folder === session.folder))
    return { code: 'FOLDER_BUSY', text: 'Waits: another session works in the same folder.' };
  return null;
}
