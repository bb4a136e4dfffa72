/** The Chromium behind all windows. Custom schemes are http inside it: Chromium cannot be taught a scheme from outside. */
import type { Browser, BrowserContext, Page, Request as PageRequest, Route } from 'playwright-core';
import { launchChromium } from '../chromium.ts';
import { control } from './control.ts';
import { portCloseScript } from './port-close.ts';

type SchemeHandler = (request: Request) => Response | Promise<Response>;
/** Asked before a page navigates by itself; false keeps it where it is. */
type NavigationGuard = (request: PageRequest, url: string) => boolean;

export const schemes = new Map<string, SchemeHandler>();
const guards = new Map<Page, NavigationGuard>();
let browser: Promise<Browser> | null = null;
let context: Promise<BrowserContext> | null = null;

/** `app://ui/x` → `http://ui.app.localhost/x`. */
export function toHttp(url: string): string {
  const { protocol, host, pathname, search, hash } = new URL(url);
  const scheme = protocol.slice(0, -1);
  return schemes.has(scheme) ? `http://${host}.${scheme}.localhost${pathname}${search}${hash}` : url;
}

/** The way back. */
export function fromHttp(url: string): string {
  return url.replace(/^http:\/\/([^/]+)\.([a-z]+)\.localhost(?=\/|$)/, (all, host: string, scheme: string) =>
    schemes.has(scheme) ? `${scheme}://${host}` : all,
  );
}

/** A page of its own, with its navigation guarded. */
export async function openPage(guard: NavigationGuard): Promise<Page> {
  // No name resolves: a request that is not answered here goes nowhere.
  browser ??= launchChromium(['--host-resolver-rules=MAP * ~NOTFOUND']);
  context ??= browser.then(async (it) => {
    const made = await it.newContext({ acceptDownloads: false });
    await made.route('**/*', answer);
    await made.addInitScript(portCloseScript);
    return made;
  });
  const page = await (await context).newPage();
  guards.set(page, guard);
  page.once('close', () => guards.delete(page));
  return page;
}

export async function closeBrowser(): Promise<void> {
  const open = browser;
  browser = null;
  context = null;
  await (await open)?.close();
}

async function answer(route: Route, request: PageRequest): Promise<void> {
  const url = fromHttp(request.url());
  const handler = schemes.get(new URL(url).protocol.slice(0, -1));
  const page = pageOf(request);
  const isMainNavigation = request.isNavigationRequest() && page !== null && request.frame() === page.mainFrame();
  if (isMainNavigation && guards.get(page)?.(request, url) === false) return route.abort('aborted');
  if (handler === undefined) {
    control.outgoing.push(url);
    return route.abort('blockedbyclient');
  }
  const response = await handler(new Request(url, { method: request.method(), headers: await request.allHeaders() }));
  await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) });
}

/** A popup's first request has no frame yet. */
function pageOf(request: PageRequest): Page | null {
  try {
    return request.frame().page();
  } catch {
    return null;
  }
}
