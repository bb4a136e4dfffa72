/** The Chromium the tests drive: Debian's package, Chrome, or the one Playwright installed; never downloaded by a test. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** No network of its own, no first-run pages, and no sandbox: containers and root accounts cannot give it one. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
];

/** Path of a Chromium; `CHROMIUM_PATH` names one before all others. Null when there is none. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  return [...places, chromium.executablePath()].find((place) => existsSync(place)) ?? null;
}

/** Starts a headless Chromium. The caller closes it. @throws when there is none */
export async function launchChromium(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('No Chromium: install it with `apt-get install chromium`, or set CHROMIUM_PATH.');
  return chromium.launch({ executablePath, args: [...chromiumArgs, ...args], timeout: 60_000 });
}
