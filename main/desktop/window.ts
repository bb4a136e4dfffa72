/** The one window: opened where it was, shown when it has something to show, brought back on any call. */
import { BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { ORIGIN } from './bundle-protocol.ts';
import { safePreferences } from './security.ts';
import { MIN_HEIGHT, MIN_WIDTH, placeWindow, readWindowState, writeWindowState } from './window-state.ts';

/** The page's own background in both themes, so that nothing flashes before the first paint. */
const BACKGROUND = { dark: '#0e0f12', light: '#f8f8fa' } as const;
/** Wait after the last move before the position is written, milliseconds. */
const SETTLE_MS = 500;

export type MainWindow = {
  /** Brings the window to the front, opening it if needed, and goes to `view` when one is named. */
  show(view?: string): void;
  isFocused(): boolean;
};

export type WindowOptions = {
  readonly preload: string;
  readonly stateFile: string;
  /** Asked when the person closes the window; false keeps it open, and `hide` puts it away without closing. */
  readonly mayClose: (hide: () => void) => boolean;
};

/** The window's manager; nothing is opened before `show`. */
export function createMainWindow(options: WindowOptions): MainWindow {
  let window: BrowserWindow | null = null;
  return {
    show(view) {
      const address = `${ORIGIN}/${view === undefined ? '' : `#${view}`}`;
      if (window === null) {
        const opened = open(options);
        window = opened;
        opened.on('closed', () => {
          window = null;
        });
        load(opened, address);
        return;
      }
      // A change of the part after # is a step inside the page; it loads nothing.
      if (view !== undefined) load(window, address);
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    isFocused: () => window?.isFocused() ?? false,
  };
}

/** Goes to an address. A page that cannot be loaded is said: the window alone would stay away without a word. */
function load(window: BrowserWindow, address: string): void {
  window.loadURL(address).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    // A step that another one overtook is not a failure.
    if (window.isDestroyed() || why.includes('ERR_ABORTED')) return;
    window.show();
    dialog.showErrorBox('The window could not be loaded', `${why}\n\nInstall the app again; in a checkout run "npm run build".`);
  });
}

function open({ preload, stateFile, mayClose }: WindowOptions): BrowserWindow {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const { bounds, maximized } = placeWindow(
    readWindowState(stateFile),
    [primary, ...others].map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    ...bounds,
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    show: false,
    title: 'Automatic Claude Code',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: safePreferences(preload),
  });
  window.once('ready-to-show', () => {
    if (maximized) window.maximize();
    window.show();
  });
  // A page whose process died shows nothing and answers nothing; loading it again brings it back, for its state is in the core.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.webContents.reload();
  });
  const save = (): void => writeWindowState(stateFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  let timer: NodeJS.Timeout | undefined;
  const saveSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SETTLE_MS);
  };
  window.on('resize', saveSoon);
  window.on('move', saveSoon);
  window.on('close', (event) => {
    if (!mayClose(() => window.hide())) return event.preventDefault();
    clearTimeout(timer);
    save();
  });
  return window;
}
