/** The contract between the core and everything that talks to it: windows, browsers, the command line. */
import type { ContractRouterClient } from '@orpc/contract';
import { connections } from './connections.ts';
import { insight } from './insight.ts';
import type { late } from './late.ts';
import { live } from './live.ts';
import { permissions } from './permissions.ts';
import { repositories } from './repositories.ts';
import { review } from './review.ts';
import { sessions, tasks } from './sessions.ts';
import { system } from './system.ts';

export const contract = { system, repositories, tasks, sessions, permissions, review, insight, live, connections };
/** With the part that is loaded late. */
export type Contract = typeof contract & typeof late;
export type Client = ContractRouterClient<Contract>;
