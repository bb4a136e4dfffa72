/**
 * What opening the app costs: the core's start and memory beside a bare Node server on the same machine, the first paint of a page
 * on a running core, and what the page loads before it can draw.
 */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { build, ended, root, scratch, startCore } from '../lib/core.ts';
import { bounded, type Bench, type Figure } from '../lib/figure.ts';
import { openPage } from '../lib/page.ts';
import { rssOf } from '../lib/processes.ts';
import { median } from '../lib/stats.ts';
import { sleep } from '../lib/until.ts';

const STARTS = 15;
const PAINTS = 15;
/** Memory is read this long after the core listens: its agent host has started by then, as it does in use. */
const SETTLE_MS = 3000;

export const bench: Bench = {
  name: 'boot',
  title: 'Opening the app',
  async run(say) {
    build();
    const ours = { listening: [] as number[], rss: [] as number[] };
    const peer = { listening: [] as number[], rss: [] as number[] };
    // The same folder each time: a first start also makes the database, which a user waits for once.
    const dataDir = scratch('boot');
    for (let i = -1; i < STARTS; i++) {
      const core = await startCore({ dataDir });
      await sleep(SETTLE_MS);
      const rss = rssOf(core.pid);
      await core.close();
      const bare = await bareServer();
      say(
        `start ${i + 1}: core ${core.listeningMs.toFixed(0)} ms, ${(rss / 1e6).toFixed(0)} MB; bare server ${bare.listeningMs.toFixed(0)} ms, ${(bare.rss / 1e6).toFixed(0)} MB`,
      );
      if (i < 0) continue;
      ours.listening.push(core.listeningMs);
      ours.rss.push(rss / 1e6);
      peer.listening.push(bare.listeningMs);
      peer.rss.push(bare.rss / 1e6);
    }
    const version = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path.join(root, 'node_modules/ws/package.json'), 'utf8'))).version;
    const beside = (figure: Figure, value: number): Figure => ({
      ...figure,
      peer: value,
      peerName: 'bare Node server with ws',
      peerVersion: version,
      ratio: figure.ours / value,
    });
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    const paints = await firstPaints(say);
    const bundle = entryBundle();
    say(`before the first lazy chunk: ${bundle.files.join(', ')}`);
    return [
      beside(bounded('start of the process to listening, median', 'ms', median(ours.listening), 250, STARTS), median(peer.listening)),
      beside(bounded('resident memory of the core at rest, median', 'MB', median(ours.rss), 80, STARTS), median(peer.rss)),
      bounded('first contentful paint of a fresh page, empty cache, median', 'ms', median(paints), 300, PAINTS),
      bounded('scripts and styles that index.html loads, gzipped', 'kB', bundle.bytes / 1000, 180, bundle.files.length),
    ];
  },
};

/** The least a server with a WebSocket can be, in the same Node. */
async function bareServer(): Promise<{ listeningMs: number; rss: number }> {
  const code = `
    import { createServer } from 'node:http';
    import { WebSocketServer } from 'ws';
    const server = createServer((request, response) => response.end('ok'));
    new WebSocketServer({ server });
    server.listen(0, '127.0.0.1', () => console.log('listening'));`;
  const began = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const listeningMs = performance.now() - began;
  await sleep(SETTLE_MS);
  const rss = rssOf(child.pid ?? 0);
  await ended(child);
  return { listeningMs, rss };
}

/** Loads the app afresh, with an empty cache each time, as the browser's own paint timing tells it. */
async function firstPaints(say: (text: string) => void): Promise<number[]> {
  const core = await startCore();
  const { page, cdp, version, close } = await openPage(core);
  try {
    await core.host();
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    const paints: number[] = [];
    for (let i = -2; i < PAINTS; i++) {
      await page.goto('about:blank');
      await page.goto(core.url);
      const paint = await firstPaint(page);
      if (i >= 0) paints.push(paint);
    }
    say(`first paints in Chromium ${version}: ${paints.map((paint) => paint.toFixed(0)).join(', ')} ms`);
    return paints;
  } finally {
    await close();
    await core.close();
  }
}

const firstPaint = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const paint = list.getEntries().find((entry) => entry.name === 'first-contentful-paint');
      if (paint) resolve(paint.startTime);
    }).observe({ type: 'paint', buffered: true });
  })`);

/** Every script and style that the page's HTML names, and what those scripts import without being asked to. */
function entryBundle(): { bytes: number; files: string[] } {
  const dir = path.join(root, 'out/renderer');
  const html = readFileSync(path.join(dir, 'index.html'), 'utf8');
  const known = readdirSync(path.join(dir, 'assets'));
  const waiting = [...html.matchAll(/(?:src|href)="\.?\/([^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? '');
  const files = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const text = readFileSync(path.join(dir, file), 'utf8');
    // Static imports stand at the beginning of a chunk: import{…}from"./x.js" or import"./x.js".
    for (const match of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) if (known.includes(match[1] ?? '')) waiting.push(`assets/${match[1]}`);
  }
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(path.join(dir, file)), { level: 9 }).length, 0);
  return { bytes, files: [...files] };
}
