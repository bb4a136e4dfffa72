/** The tray icon with its counts. Some Linux desktops show no tray, so everything here is also reached from the window and the menu. */
import { Menu, nativeImage, Tray } from 'electron';
import path from 'node:path';
import type { Counts } from './attention.ts';
import type { CoreState } from './core-process.ts';

export type TrayActions = { open(view?: string): void; quit(): void };

/** What the tray says: "2 waiting, 1 failed, 3 running". */
export function traySentence(counts: Counts, core: CoreState): string {
  if (core !== 'ready') return core === 'starting' ? 'starting' : 'the core is not running';
  const parts = [
    [counts.waiting, 'waiting for permission'],
    [counts.review, 'to review'],
    [counts.failed, 'failed'],
    [counts.running, 'running'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return said.length === 0 ? 'nothing running' : said.join(', ');
}

/** Puts the icon up. Returns how to change what it says, and how to take it down. */
export function createTray(icons: string, actions: TrayActions): { show(counts: Counts, core: CoreState): void; destroy(): void } {
  const tray = new Tray(nativeImage.createFromPath(path.join(icons, 'tray.png')));
  tray.on('click', () => actions.open());
  let shown = '';
  return {
    show(counts, core) {
      const sentence = traySentence(counts, core);
      // Setting a menu closes the one that is open, so it is only set when it differs.
      if (sentence === shown) return;
      shown = sentence;
      tray.setToolTip(`Automatic Claude Code: ${sentence}`);
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { id: 'open', label: 'Open Automatic Claude Code', click: () => actions.open() },
          { type: 'separator' },
          { id: 'waiting', label: `Permissions: ${counts.waiting} waiting`, click: () => actions.open('/inbox') },
          { id: 'review', label: `Review: ${counts.review} waiting`, click: () => actions.open('/review') },
          { id: 'failed', label: `Failed: ${counts.failed}`, click: () => actions.open('/agents') },
          { id: 'running', label: `Running: ${counts.running}`, click: () => actions.open('/agents') },
          { type: 'separator' },
          { id: 'quit', label: 'Quit', click: () => actions.quit() },
        ]),
      );
    },
    destroy: () => tray.destroy(),
  };
}
