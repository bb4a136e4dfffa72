/**
 * A headless core of its own on an empty data folder, and a page of real Chromium on it: what every test of the UI starts from. Tests seed
 * it by real calls through the contract, as the page and the command line do.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Role } from '#shared/contract/base.ts';
import type { Client } from '#shared/contract/index.ts';
import { join, type Connection } from '#cli/connect.ts';
import { readOwnerFile } from '#server/owner-file.ts';
import { launchChromium } from './chromium.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** Longest wait for anything, milliseconds: a slow machine is not a failure. */
export const PATIENCE = 40_000;

export type Theme = 'light' | 'dark';
type Look = { theme?: Theme; width?: number; height?: number; reducedMotion?: boolean };

export type Ui = {
  /** The contract as an operator. */
  readonly client: Client;
  readonly url: string;
  readonly dataDir: string;
  /** A page on the app, signed in, at a place such as `/inbox`. Problems it prints are collected in `problems`. */
  open(place?: string, look?: Look): Promise<Page>;
  /** The same for somebody who may look and not act. */
  openViewer(place?: string): Promise<Page>;
  /** Errors and warnings the pages printed, and exceptions they threw. */
  readonly problems: string[];
  /** Ends the core without warning and starts it again on the same folder and port. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts core and browser.
 * @param prepare fills the data folder before the core opens it
 * @throws when the core does not come up
 */
export async function startUi({ prepare }: { prepare?: (dataDir: string) => void } = {}): Promise<Ui> {
  build();
  const dataDir = mkdtempSync(path.join(tmpdir(), 'acc-ui-'));
  prepare?.(dataDir);
  let core = await startCore(dataDir, 0);
  let browser: Browser | null = null;
  const contexts: BrowserContext[] = [];
  const problems: string[] = [];
  let connection = await connect(dataDir);
  const openAs = async (role: Role, place: string, { theme = 'light', width = 1440, height = 900, reducedMotion = false }: Look): Promise<Page> => {
    browser ??= await launchChromium();
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: reducedMotion ? 'reduce' : 'no-preference' });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
    await page.goto(await newLink(dataDir, role));
    await page.goto(`${core.url}/#${place}`);
    await page.getByRole('contentinfo').getByText('running').first().waitFor();
    return page;
  };
  return {
    get client() {
      return connection.client;
    },
    get url() {
      return core.url;
    },
    dataDir,
    problems,
    open: (place = '/', look = {}) => openAs('operator', place, look),
    openViewer: (place = '/') => openAs('viewer', place, {}),
    async restart() {
      const port = Number(new URL(core.url).port);
      await connection.close();
      core.child.kill('SIGKILL');
      await ended(core.child);
      core = await startCore(dataDir, port);
      connection = await connect(dataDir);
    },
    async close() {
      for (const context of contexts) await context.close();
      await browser?.close();
      await connection.close();
      core.child.kill('SIGTERM');
      await ended(core.child);
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Brings `out/` up to date; what has not changed is not built again. */
function build(): void {
  const built = spawnSync(process.execPath, [path.join(root, 'scripts/build.ts')], { cwd: root, encoding: 'utf8', timeout: 300_000 });
  if (built.status !== 0) throw new Error(`The build failed:\n${built.stdout}\n${built.stderr}`);
}

type Core = { child: ChildProcess; url: string };

function startCore(dataDir: string, port: number): Promise<Core> {
  const args = [path.join(root, 'out/acc.js'), 'start', '--headless', '--no-open', '--port', String(port), '--data', dataDir];
  const child = spawn(process.execPath, args, { cwd: dataDir, stdio: ['ignore', 'pipe', 'pipe'] });
  // A worker that ends in the middle of a test takes its core along.
  const along = (): void => void child.kill('SIGKILL');
  process.once('exit', along);
  child.once('exit', () => process.off('exit', along));
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The core did not come up:\n${said}`));
    }, PATIENCE);
    const read = (chunk: Buffer): void => {
      said += chunk.toString();
      const url = /(http:\/\/[^/\s]+)\/\?token=/.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve({ child, url });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-20_000)));
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      const told = new Error(`The core ended with ${code ?? signal}:\n${said}`);
      reject(told);
      // Ended by itself in the middle of a test: its last words are the reason for whatever fails next.
      if (!child.killed) console.error(told.message);
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
}

function owner(dataDir: string): { url: string; token: string } {
  const found = readOwnerFile(dataDir);
  if (!found) throw new Error('The core wrote no core.json.');
  return found;
}

async function newLink(dataDir: string, role: Role): Promise<string> {
  const { url, token } = owner(dataDir);
  const response = await fetch(`${url}/links${role === 'viewer' ? '?role=viewer' : ''}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  const link = /http:\/\/[^"\s]+\?token=[^"\s]+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`No link: ${response.status} ${text}`);
  return link;
}

async function connect(dataDir: string): Promise<Connection> {
  const joined = await join(dataDir);
  if (!joined) throw new Error('The core does not answer.');
  return joined;
}

/** Waits until a check answers with something. @throws when it does not within the patience */
export async function until<T>(what: string, check: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What axe finds on the page as it is, as lines a person can read; empty when it is clean. */
export async function axeProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim() ?? violation.help}`),
  );
}
