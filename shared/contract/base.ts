/**
 * Ground of the contract: who may call what. Every procedure names the role it needs; the core checks it before the handler
 * runs, whichever transport the call came by.
 */
import { oc } from '@orpc/contract';
import { z } from 'zod';

/** A viewer reads; an operator also acts. */
export type Role = 'viewer' | 'operator';
export type ProcedureMeta = { readonly role: Role };

const base = oc.$meta<ProcedureMeta>({ role: 'operator' });

/** A procedure that changes nothing. */
export const read = base.meta({ role: 'viewer' });
/** A procedure that starts, decides or changes something. */
export const act = base.meta({ role: 'operator' });

export const Id = z.string().min(1).max(100);
export const None = z.object({});
export const Done = z.object({});
