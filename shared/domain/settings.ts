/** Settings of the whole app, kept in the store. Theme and density belong to a window and stay there. */
import { z } from 'zod';
import { AgentChoice } from './agent.ts';
import { PoolSettings } from './connection.ts';

export const AcpAgent = z.object({ name: z.string().min(1).max(100), command: z.array(z.string().min(1)).min(1).max(256) });
export type AcpAgent = z.infer<typeof AcpAgent>;

/** The app's own metrics to a collector, as OTLP over HTTP. */
export const ExportSettings = z.object({
  /** False: nothing is exported, and the rest is kept for later. */
  enabled: z.boolean().default(true),
  /** Base address of the collector; empty: nothing is exported. */
  endpoint: z
    .string()
    .max(2048)
    .refine((url) => url === '' || /^https?:\/\/[^\s@]+$/.test(url), 'an address that begins with http:// or https://, without a name and password in it')
    .default(''),
  intervalSeconds: z.number().int().min(5).max(3600).default(60),
  /** Path of a file with lines `name: value`, for a token; empty: those the app keeps, if any. The file stays where it is and is read by the core. */
  headersFile: z.string().max(4096).default(''),
});
export type ExportSettings = z.infer<typeof ExportSettings>;

export const Settings = z.object({
  governor: z
    .object({
      /** Live sessions at once: over everything, in one repository, and of one agent kind. 0 means no limit of that sort. */
      global: z.number().int().min(0).max(1000).default(8),
      perRepository: z.number().int().min(0).max(1000).default(4),
      perAgent: z.record(z.string(), z.number().int().min(0).max(1000)).default({}),
    })
    .prefault({}),
  budget: z
    .object({
      /** US dollars a calendar day (local time) over all sessions; null means none. */
      perDayUsd: z.number().positive().nullable().default(null),
    })
    .prefault({}),
  retry: z
    .object({
      /** Attempts of a node in all, the first included. */
      attempts: z.number().int().min(1).max(10).default(2),
      /** Wait before the second attempt in seconds; doubles each time. */
      backoffSeconds: z.number().min(0).max(3600).default(5),
    })
    .prefault({}),
  agents: z
    .object({
      /** Path of the Claude Code CLI; empty means the `claude` on PATH. */
      claudePath: z.string().max(4096).default(''),
      /** Names of further environment variables that agents get, with the values the core has: credentials go to agents only when named here. */
      passEnv: z
        .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
        .max(100)
        .default([]),
      acp: z.array(AcpAgent).max(50).default([]),
      /** What "New task" starts with. */
      preferred: AgentChoice.default({ kind: 'claude-code', name: '', command: [], model: '' }),
    })
    .prefault({}),
  notify: z.object({ permission: z.boolean().default(true), review: z.boolean().default(true), failure: z.boolean().default(true) }).prefault({}),
  pool: PoolSettings.prefault({}),
  failover: z
    .object({
      /** Seconds without a word from a host after which its sessions count as lost and go on, or are tried again, elsewhere; null never. A host whose process is known to be dead is not waited for. */
      afterSeconds: z.number().int().min(5).max(86_400).nullable().default(300),
    })
    .prefault({}),
  export: ExportSettings.prefault({}),
  tourDone: z.boolean().default(false),
});
export type Settings = z.infer<typeof Settings>;

/** The settings of a fresh installation. */
export const defaultSettings: Settings = Settings.parse({});
