/** Puts the desktop together: security first, then the core, then the window, the tray and the news. */
import { app } from 'electron';
import path from 'node:path';
import { z } from 'zod';
import { Attention } from './attention.ts';
import { registerBundleScheme, serveBundle } from './bundle-protocol.ts';
import { followCore } from './core-client.ts';
import { coreEnvironment } from './core-environment.ts';
import { CoreProcess } from './core-process.ts';
import { readDeepLink } from './deep-links.ts';
import { onPort } from './ipc.ts';
import { createLeaving } from './leave.ts';
import { setMenu } from './menu.ts';
import { notify } from './notifications.ts';
import { readOptions } from './options.ts';
import { ownFolder } from './own-folder.ts';
import type { Places } from './places.ts';
import { hardenApp, hardenSession } from './security.ts';
import { claimScheme, takeInstance } from './single-instance.ts';
import { readMark, writeMark } from './told-mark.ts';
import { createTray } from './tray.ts';
import { createMainWindow, type MainWindow } from './window.ts';

/**
 * Starts the app.
 * @param places where its parts lie
 * @param args the command line after the program
 */
export async function startDesktop(places: Places, args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (!options.ok) {
    console.error(`acc: ${options.fault.message} ${options.fault.fix ?? ''}`);
    return app.exit(2);
  }
  const { dataDir, links } = options.value;
  // A data folder of its own is an app of its own: own lock, own window state.
  if (dataDir !== null) {
    const own = ownFolder(dataDir);
    if (!own.ok) {
      console.error(`acc: ${own.fault.message} ${own.fault.why ?? ''} ${own.fault.fix ?? ''}`);
      return app.exit(1);
    }
    app.setPath('userData', own.value);
  }
  registerBundleScheme();
  hardenApp();

  let window: MainWindow | null = null;
  const early = [...links];
  const openLinks = (more: readonly string[]): void => {
    const views = more.map(readDeepLink).flatMap((view) => (view.ok ? [view.value] : []));
    if (window === null) early.push(...more);
    else window.show(views.at(-1));
  };
  if (!takeInstance(openLinks)) return app.quit();
  await app.whenReady();

  hardenSession();
  serveBundle(places.renderer);
  claimScheme(args[0] ?? '.');
  const core = new CoreProcess({
    entry: places.core,
    args: dataDir === null ? [] : ['--data', path.resolve(dataDir)],
    env: coreEnvironment(process.env),
  });
  const toldFile = path.join(app.getPath('userData'), 'told.json');
  const attention = new Attention(readMark(toldFile, Date.now()));
  const leaving = createLeaving(core, () => attention.counts());
  const main = createMainWindow({ preload: places.preload, stateFile: path.join(app.getPath('userData'), 'window.json'), mayClose: leaving.mayClose });
  const show = (view?: string): void => main.show(view);
  window = main;

  onPort(
    'acc:connect',
    z.null(),
    (port) => core.connect(port),
    (why) => console.error(`acc: refused a message on ${why}`),
  );
  setMenu({ open: show, quit: leaving.quit });
  const tray = createTray(places.icons, { open: show, quit: leaving.quit });
  const refreshTray = (): void => tray.show(attention.counts(), core.state);
  core.on('state', refreshTray);
  core.start();

  const first = early.map(readDeepLink).find((view) => view.ok);
  show(first?.ok === true ? first.value : undefined);
  app.on('activate', () => show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });

  const following = new AbortController();
  app.on('quit', () => {
    following.abort();
    tray.destroy();
  });
  void followCore(
    core,
    (delta, client) => {
      // Somebody who looks at the window sees there what waits; an alert is told by the system because its rule says so.
      const news = attention.take(delta).filter(({ kind }) => kind === 'alert' || !main.isFocused());
      refreshTray();
      if (news.length === 0) return;
      void client.system.settings({}).then(
        (settings) => {
          notify(news, settings.notify, show);
          writeMark(toldFile, attention.shownUntil);
        },
        () => undefined,
      );
    },
    following.signal,
  );
}
