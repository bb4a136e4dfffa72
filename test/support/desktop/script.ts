/** Writes the script of the scripted core and reads its log. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import type { LiveDelta } from '#shared/contract/live.ts';
import type { Settings } from '#shared/domain/settings.ts';

const Entry = z.object({
  pid: z.number(),
  message: z.unknown().optional(),
  ports: z.number().optional(),
  watch: z.number().optional(),
  started: z.array(z.string()).optional(),
  at: z.number().optional(),
});

export const scriptedCore = path.join(import.meta.dirname, 'scripted-core.ts');

export class Script {
  readonly dataDir = mkdtempSync(path.join(tmpdir(), 'acc-desktop-'));
  #rev = 0;

  /** @param first rows of the first delta: how things stand when the app is opened */
  constructor(first: Partial<LiveDelta> = {}) {
    appendFileSync(this.#file('script.jsonl'), '');
    this.send({ reset: true, ...first });
  }

  /** Adds a delta to the live stream. */
  send(delta: Partial<LiveDelta>): void {
    this.#write({ rev: ++this.#rev, reset: false, sentAt: Date.now(), ...delta });
  }
  settings(settings: Settings): void {
    this.#write({ settings });
  }
  /** Kills the core that runs now. */
  crash(): void {
    this.#write({ crash: true });
  }

  /** What the core has seen so far; the last core's last. */
  log(): z.infer<typeof Entry>[] {
    if (!existsSync(this.#file('log.jsonl'))) return [];
    return readFileSync(this.#file('log.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => Entry.parse(JSON.parse(line)));
  }

  /** Waits until the core's log fulfils a condition. */
  async until(what: string, condition: (log: z.infer<typeof Entry>[]) => boolean): Promise<void> {
    await expect.poll(() => condition(this.log()), { timeout: 60_000, message: what }).toBe(true);
  }

  /** Removes the data folder. */
  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  #write(line: object): void {
    appendFileSync(this.#file('script.jsonl'), `${JSON.stringify(line)}\n`);
  }
  #file(name: string): string {
    return path.join(this.dataDir, name);
  }
}
