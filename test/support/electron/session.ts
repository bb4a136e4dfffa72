/** `session.defaultSession` and `protocol`: what the page may do, and who answers for a scheme. */
import type { Protocol, Session } from 'electron';
import { EventEmitter } from 'node:events';
import type { Page } from 'playwright-core';
import { app } from './app.ts';
import { schemes, toHttp } from './browser.ts';

type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>;
type CheckHandler = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>;
type DeviceHandler = NonNullable<Parameters<Session['setDevicePermissionHandler']>[0]>;

/** Electron's names of permissions and Chromium's names of the same things. */
const permissions = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'microphone'],
  ['media', 'camera'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-sanitized-write', 'clipboard-write'],
] as const;

class StandInSession extends EventEmitter {
  requestHandler: RequestHandler | null = null;
  checkHandler: CheckHandler | null = null;
  deviceHandler: DeviceHandler | null = null;

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.requestHandler = handler;
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    this.checkHandler = handler;
  }
  setDevicePermissionHandler(handler: DeviceHandler): void {
    this.deviceHandler = handler;
  }
}

export const session = { defaultSession: new StandInSession() };

/** Sets Chromium's permissions for an address as the product's handler answers for each. Without a handler Electron grants all. */
export async function applyPermissions(page: Page, url: string): Promise<void> {
  const browser = page.context().browser();
  if (browser === null) return;
  const ofPage = await page.context().newCDPSession(page);
  const { browserContextId } = (await ofPage.send('Target.getTargetInfo')).targetInfo;
  await ofPage.detach();
  // Left open: Chromium forgets the settings with the session that made them. It ends with the browser.
  const cdp = await browser.newBrowserCDPSession();
  const { checkHandler } = session.defaultSession;
  const { origin } = new URL(toHttp(url));
  for (const [asked, name] of permissions) {
    const granted = checkHandler === null || checkHandler(null, asked, url, { isMainFrame: true });
    await cdp.send('Browser.setPermission', { permission: { name }, setting: granted ? 'granted' : 'denied', origin, browserContextId });
  }
}

export const protocol: Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'> = {
  registerSchemesAsPrivileged() {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
  },
  handle(scheme, handler) {
    schemes.set(scheme, (request) => handler(request));
  },
};
