/** `app://ui/`: the window's files, read from one folder and nothing above it, under a strict content security policy. */
import { protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export const SCHEME = 'app';
export const ORIGIN = 'app://ui';

/** Files of our own origin only. React Aria and CodeMirror style through the CSSOM, which needs no exception. */
export const POLICY = ["default-src 'self'", "base-uri 'none'", "object-src 'none'", "frame-src 'none'", "frame-ancestors 'none'", "form-action 'none'"].join(
  '; ',
);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const headers = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
} as const;

/** Tells Chromium what the scheme is. Has to happen before the app is ready. */
export function registerBundleScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Serves `folder` under the scheme. */
export function serveBundle(folder: string): void {
  protocol.handle(SCHEME, (request) => bundleResponse(folder, request.method, request.url));
}

/** The answer to one request: a file, or an empty refusal that says nothing of the disk. */
export async function bundleResponse(folder: string, method: string, url: string): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') return refuse(405);
  const file = fileOf(folder, url);
  if (file === null) return refuse(403);
  const type = types[path.extname(file)];
  if (type === undefined) return refuse(404);
  try {
    const body = await readFile(file);
    return new Response(method === 'HEAD' ? null : new Uint8Array(body), { headers: { ...headers, 'content-type': type } });
  } catch {
    return refuse(404);
  }
}

function refuse(status: number): Response {
  return new Response(null, { status, headers });
}

/** The file an address means, or null when it is not inside the folder. */
function fileOf(folder: string, url: string): string | null {
  let name: string;
  try {
    const { host, protocol: scheme, pathname } = new URL(url);
    if (host !== 'ui' || scheme !== `${SCHEME}:`) return null;
    name = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  // A path that has to be cleaned was not written by our own page.
  if (/[\\\0]|(^|\/)\.\.?(\/|$)/.test(name)) return null;
  const file = path.join(folder, name === '/' ? 'index.html' : name);
  return file.startsWith(folder + path.sep) ? file : null;
}
