/** The pool: how the control center reaches agent hosts, over how many connections, and which host a new session goes to. */
export { createPool } from './pool.ts';
export { createLocalHost, localAgentHost, type LocalHost, type LocalHostOptions } from './local-host.ts';
export type { Pool, PoolOptions, Target, TlsMaterial } from './types.ts';
