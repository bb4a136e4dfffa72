/**
 * Electron's security checklist, in one place. What a page may do is nothing but draw itself and talk through its one port:
 * every permission, navigation, window, webview and download is refused unless a line here allows it.
 */
import { app, session, shell, type Session, type WebContents, type WebPreferences } from 'electron';
import { ORIGIN } from './bundle-protocol.ts';

/** Preferences of every window. Each is Electron's safe default, said aloud so that a change of defaults cannot loosen it. */
export function safePreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: true,
  };
}

/** The one permission a page needs: to put text on the clipboard after a click. */
const allowedPermissions = new Set(['clipboard-sanitized-write']);

/** Applies the rules to all web contents that will ever exist. Has to run before the app is ready. */
export function hardenApp(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
}

/** Applies the rules of a session. Needs a ready app. */
export function hardenSession(target: Session = session.defaultSession): void {
  target.setPermissionRequestHandler((contents, permission, answer) => answer(allowedPermissions.has(permission) && isOurs(contents.getURL())));
  target.setPermissionCheckHandler((_contents, permission, origin) => allowedPermissions.has(permission) && isOurs(origin));
  target.setDevicePermissionHandler(() => false);
  target.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${ORIGIN}/`)) event.preventDefault();
  });
}

function hardenContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isOurs(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isSafeOutside(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** True for an address of our own page. */
export function isOurs(url: string): boolean {
  return url === ORIGIN || url.startsWith(`${ORIGIN}/`);
}

/** True for an address the system's browser may get: the web, and development servers on this machine. */
export function isSafeOutside(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}
