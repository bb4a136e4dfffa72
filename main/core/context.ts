/** Who calls: filled in by whoever serves the contract (window, socket, command line), never by the caller itself. */
import type { Role } from '#shared/contract/base.ts';

export type CallContext = {
  readonly role: Role;
  /** The person's name in the audit log. */
  readonly actor: string;
  /** Kind of client, for the log: `window`, `remote`. */
  readonly client: string;
};
