/** One line of Diagnostics: what was looked at, how it is, and what to do. */
import type { HostOutput } from '#shared/host-protocol/commands.ts';

export type Finding = HostOutput<'host.diagnose'>['findings'][number];
