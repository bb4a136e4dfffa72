/** How the app ends: with agents at work the person is asked first, and the core is always given time to put things away. */
import { app, dialog } from 'electron';
import type { Counts } from './attention.ts';
import type { CoreProcess } from './core-process.ts';

export type Leaving = {
  /** For the window: may it close now? Asks the person when agents are running; `hide` is their answer "keep running". */
  readonly mayClose: (hide: () => void) => boolean;
  readonly quit: () => void;
};

/** Wires the end of the app. */
export function createLeaving(core: CoreProcess, counts: () => Counts): Leaving {
  let quitting = false;
  let asking = false;
  const quit = (): void => {
    quitting = true;
    app.quit();
  };
  const ask = async (running: number, hide: () => void): Promise<void> => {
    asking = true;
    const agents = running === 1 ? '1 agent is' : `${running} agents are`;
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: `${agents} running.`,
      detail: 'Agents that are stopped can be resumed at the next start. Left running, the app stays in the background; start it again to see it.',
      buttons: ['Keep running', 'Stop and quit', 'Cancel'],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    asking = false;
    if (response === 1) quit();
    if (response === 0) hide();
  };
  app.on('before-quit', () => {
    quitting = true;
  });
  app.on('will-quit', (event) => {
    if (core.state === 'stopped') return;
    event.preventDefault();
    void core.stop().then(() => app.quit());
  });
  return {
    quit,
    mayClose(hide) {
      const { running } = counts();
      if (quitting || running === 0) return true;
      if (!asking) void ask(running, hide);
      return false;
    },
  };
}
