/** The app itself: what runs, whether it is well, its settings, the tour. */
import { z } from 'zod';
import { Settings } from '../domain/settings.ts';
import { act, Done, None, read } from './base.ts';

export const Finding = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(['ok', 'warn', 'bad', 'off']),
  detail: z.string(),
  /** What to do; empty when nothing has to be done. */ fix: z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const HostStatus = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['connecting', 'ready', 'reconnecting', 'closed']),
  latencyMs: z.number().nullable(),
  lastSeenAt: z.number().nullable(),
  cause: z.string().nullable(),
});
export type HostStatus = z.infer<typeof HostStatus>;

/** The status line: state of the store and hosts, load, money. Latest wins. */
export const Health = z.object({
  core: z.object({ version: z.string(), pid: z.number(), startedAt: z.number(), rssBytes: z.number() }),
  store: z.object({ state: z.enum(['ok', 'full', 'locked', 'damaged']), detail: z.string() }),
  hosts: z.array(HostStatus),
  sessions: z.object({ running: z.number(), waiting: z.number(), queued: z.number() }),
  /** US dollars spent since local midnight, and the day's budget. */
  today: z.object({ usd: z.number(), budgetUsd: z.number().nullable() }),
  /** Providers the governor slows, until when (milliseconds since the epoch), and why. */
  slowed: z.array(z.object({ provider: z.string(), until: z.number(), why: z.string() })),
});
export type Health = z.infer<typeof Health>;

export const system = {
  info: read.input(None).output(
    z.object({
      name: z.string(),
      version: z.string(),
      mode: z.enum(['desktop', 'headless', 'command']),
      dataDir: z.string(),
      role: z.enum(['viewer', 'operator']),
      actor: z.string(),
      now: z.number(),
    }),
  ),
  diagnose: read.input(None).output(z.object({ findings: z.array(Finding) })),
  settings: read.input(None).output(Settings),
  /** Replaces the settings. Answers with what is stored. */
  saveSettings: act.input(Settings).output(Settings),
  /** Makes the sample repository, if it is not there, and starts the tour's task on it with a command agent. */
  startTour: act.input(None).output(z.object({ repositoryId: z.string(), taskId: z.string(), sessionId: z.string() })),
  endTour: act.input(None).output(Done),
};
