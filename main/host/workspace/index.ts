/** The host's work with git and folders: one function per `workspace.*` command, and the preparation of a session's place. */
export { file, files, patch } from './changes.ts';
export { inspect } from './inspect.ts';
export { merge, unmerge } from './merge.ts';
export { prepareWorkspace } from './prepare-workspace.ts';
export { remove } from './remove.ts';
export { restore } from './restore.ts';
export { openScratch } from './scratch.ts';
export { snapshot } from './snapshot.ts';
export { createSpares } from './spares.ts';
export { usage } from './usage.ts';
