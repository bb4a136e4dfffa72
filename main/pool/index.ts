/** The pool: how the control center reaches agent hosts. Today one local host over one socket; the interface is that of many. */
export { createLocalHost, type LocalHost, type LocalHostOptions } from './local-host.ts';
