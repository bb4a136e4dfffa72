/** One line of a process's own log. Facts go into `fields`, never secrets; where lines end up is the entry point's matter. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Keeps nothing: for callers that do not want a log. */
export const noLog: Log = () => undefined;
