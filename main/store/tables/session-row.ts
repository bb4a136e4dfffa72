/** A session's row as the core reads it and as patches write it. */
import { z } from 'zod';
import { AgentChoice, Limits } from '#shared/domain/agent.ts';
import { MessageSource } from '#shared/domain/session-event.ts';
import type { Session } from '#shared/domain/session.ts';
import { SessionStatus } from '#shared/domain/status.ts';
import { Place } from '#shared/host-protocol/commands.ts';
import type { Gauges } from '../gauges.ts';
import type { Pulse } from '../pulse.ts';
import { asBit, asJson, plain, type Codec, type Columns } from '../rows.ts';
import type { SessionPatch, SessionRow } from '../store.ts';

const NextPrompt = z.object({ text: z.string(), from: MessageSource });

export const sessionCodec: Codec<SessionPatch> = {
  statusCode: plain('status_code'),
  statusText: plain('status_text'),
  hostId: plain('host_id'),
  agentSessionId: plain('agent_session_id'),
  cwd: plain('cwd'),
  branch: plain('branch'),
  base: plain('base'),
  place: asJson('place'),
  startedAt: plain('started_at'),
  endedAt: plain('ended_at'),
  queuedAt: plain('queued_at'),
  activeMs: plain('active_ms'),
  blockedMs: plain('blocked_ms'),
  activeSince: plain('active_since'),
  blockedSince: plain('blocked_since'),
  activity: plain('activity'),
  changeId: plain('change_id'),
  settled: asBit('settled'),
  archivedAt: plain('archived_at'),
  nextPrompt: asJson('next_prompt'),
  attemptId: plain('attempt_id'),
};

/** Builds the reader of session rows; memory figures and the pulse come from memory. */
export function sessionReader(pulse: Pulse, gauges: Gauges): (row: Columns) => SessionRow {
  return (row) => {
    const id = row.text('id');
    const gauge = gauges.of(id);
    const storedPeak = row.numOrNull('rss_peak_bytes');
    return {
      id,
      taskId: row.text('task_id'),
      nodeId: row.text('node_id'),
      attemptId: row.text('attempt_id'),
      repositoryId: row.text('repository_id'),
      title: row.text('title'),
      agent: row.json('agent', AgentChoice),
      status: row.word('status', SessionStatus),
      statusCode: row.text('status_code'),
      statusText: row.text('status_text'),
      hostId: row.text('host_id'),
      agentSessionId: row.textOrNull('agent_session_id'),
      cwd: row.text('cwd'),
      branch: row.textOrNull('branch'),
      base: row.textOrNull('base'),
      place: row.jsonOrNull('place', Place),
      limits: row.json('limits', Limits),
      createdAt: row.num('created_at'),
      queuedAt: row.num('queued_at'),
      startedAt: row.numOrNull('started_at'),
      endedAt: row.numOrNull('ended_at'),
      activeMs: row.num('active_ms'),
      blockedMs: row.num('blocked_ms'),
      activeSince: row.numOrNull('active_since'),
      blockedSince: row.numOrNull('blocked_since'),
      lastEventAt: row.numOrNull('last_event_at'),
      activity: row.text('activity'),
      turns: row.num('turns'),
      inputTokens: row.num('input_tokens'),
      outputTokens: row.num('output_tokens'),
      cacheReadTokens: row.num('cache_read_tokens'),
      cacheWriteTokens: row.num('cache_write_tokens'),
      costUsd: row.numOrNull('cost_usd'),
      contextTokens: row.numOrNull('context_tokens'),
      contextWindow: row.numOrNull('context_window'),
      rssBytes: gauge?.rss ?? row.numOrNull('rss_bytes'),
      rssPeakBytes: gauge ? Math.max(gauge.peak, storedPeak ?? 0) : storedPeak,
      events: row.num('events'),
      items: row.num('items'),
      pulse: pulse.of(id),
      changeId: row.textOrNull('change_id'),
      settled: row.bool('settled'),
      archivedAt: row.numOrNull('archived_at'),
      nextPrompt: row.jsonOrNull('next_prompt', NextPrompt),
      rev: row.num('rev'),
    };
  };
}

/** What views may see of a session: without what only the core needs. */
export function publicSession(row: SessionRow): Session {
  const { attemptId: _a, base: _b, place: _p, queuedAt: _q, nextPrompt: _n, ...session } = row;
  return session;
}
