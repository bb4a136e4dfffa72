/** What an agent tells of its own work: a command tells nothing, which is not the same as none. */
import type { Session } from '#shared/domain/session.ts';

export const NOT_REPORTED = 'not reported';

/** Turns and tokens as `told`; words in their place for an agent that tells of neither. */
export const reported = <Told>(session: Session, told: Told): Told | string => (session.agent.kind === 'command' ? NOT_REPORTED : told);
