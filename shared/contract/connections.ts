/** Agent hosts, the connections to them, and the built-in load test. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { AgentHost, HealthRules, HostFacts, PoolEvent, PoolLimits, Strategy, TlsFiles } from '../domain/connection.ts';
import { LoadOptions, LoadReport } from '../domain/load-test.ts';
import { act, Done, Id, None, read } from './base.ts';

const HostUrl = z.url({ protocol: /^(wss?|https?)$/ }).max(2048);
const Token = z.string().min(32).max(4096);

/** Everything the Connections view shows. Latest wins, at most twice a second. */
export const PoolView = z.object({ at: z.number().int(), strategy: Strategy, panic: z.boolean(), hosts: z.array(HostFacts) });
export type PoolView = z.infer<typeof PoolView>;

export const connections = {
  list: read.input(None).output(z.object({ hosts: z.array(AgentHost) })),
  view: read.input(None).output(PoolView),
  /** Streams the view. A reader that comes back gets the whole again. */
  watch: read.input(None).output(eventIterator(PoolView)),
  events: read
    .input(z.object({ hostId: Id.optional(), before: z.number().int().optional(), limit: z.number().int().min(1).max(1000).default(200) }))
    .output(z.object({ events: z.array(PoolEvent.extend({ seq: z.number().int() })), more: z.boolean() })),
  /** Tries an address and a token without keeping them. */
  test: act
    .input(z.object({ url: HostUrl, token: Token, tls: TlsFiles.prefault({}) }))
    .output(z.object({ hostId: z.string(), name: z.string(), version: z.string(), transport: z.enum(['websocket', 'http']), dialMs: z.number() })),
  add: act
    .input(
      z.object({
        name: z.string().max(100).default(''),
        url: HostUrl,
        token: Token,
        tls: TlsFiles.prefault({}),
        weight: z.number().min(0).max(1000).default(1),
        limits: PoolLimits.prefault({}),
      }),
    )
    .output(AgentHost),
  save: act
    .input(
      z.object({
        id: Id,
        name: z.string().min(1).max(100).optional(),
        weight: z.number().min(0).max(1000).optional(),
        limits: PoolLimits.optional(),
        tls: TlsFiles.optional(),
        token: Token.optional(),
      }),
    )
    .output(AgentHost),
  /** Refused while sessions run there, unless they are to be lost (`force`). */
  remove: act.input(z.object({ id: Id, force: z.boolean().default(false) })).output(Done),
  drain: act.input(z.object({ id: Id })).output(AgentHost),
  eject: act.input(z.object({ id: Id })).output(AgentHost),
  /** Takes back a drain or an ejection, by a person or by the pool. */
  readmit: act.input(z.object({ id: Id })).output(AgentHost),
  reconnect: act.input(z.object({ id: Id })).output(Done),
  setStrategy: act.input(z.object({ strategy: Strategy, health: HealthRules.optional() })).output(Done),

  /** `token`: of the host, when `host` is an address; it is not kept. */
  startLoadTest: act.input(LoadOptions.extend({ token: Token.optional() })).output(LoadReport),
  cancelLoadTest: act.input(z.object({ id: Id })).output(LoadReport),
  loadTests: read.input(None).output(z.object({ reports: z.array(LoadReport) })),
  /** Streams one test until it ends; ends with the whole report. */
  watchLoadTest: read.input(z.object({ id: Id })).output(eventIterator(LoadReport)),
};
