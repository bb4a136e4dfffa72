/** One app per data folder: a second start only hands its links to the first, and macOS hands links over by an event. */
import { app } from 'electron';
import path from 'node:path';
import { readOptions } from './options.ts';

/**
 * Takes the lock and listens for links. Has to run before the app is ready: macOS sends `open-url` that early.
 * @param onOpen called with the links of another start, possibly none
 * @returns false when another instance runs already; this one has to quit
 */
export function takeInstance(onOpen: (links: readonly string[]) => void): boolean {
  app.on('open-url', (event, link) => {
    event.preventDefault();
    onOpen([link]);
  });
  app.on('second-instance', (_event, args) => {
    const options = readOptions(args.slice(1));
    onOpen(options.ok ? options.value.links : []);
  });
  return app.requestSingleInstanceLock();
}

/**
 * Makes this app the one that opens `acc://` links.
 * @param entry what Electron was told to run; only a checkout needs it, an installed app is its own program
 */
export function claimScheme(entry: string): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient('acc');
  else app.setAsDefaultProtocolClient('acc', process.execPath, [path.resolve(entry)]);
}
