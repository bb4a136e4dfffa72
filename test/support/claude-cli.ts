/** Finds the real Claude Code CLI for tests: the pinned one in `test/tools`, else the one on PATH; and the environment it runs offline in. */
import { accessSync, chmodSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Client } from '#shared/contract/index.ts';

export type ClaudeCli = { readonly found: true; readonly path: string } | { readonly found: false; readonly skip: string };

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The CLI, or the reason a test has to say when it skips. */
export function findClaude(): ClaudeCli {
  const pinned = join(import.meta.dirname, '..', 'tools', 'node_modules', '@anthropic-ai', `claude-code-${process.platform}-${process.arch}`, 'claude');
  const candidates = [
    pinned,
    ...(process.env['PATH'] ?? '')
      .split(delimiter)
      .filter((dir) => dir !== '')
      .map((dir) => join(dir, 'claude')),
  ];
  const path = candidates.find(executable);
  if (path !== undefined) return { found: true, path };
  return { found: false, skip: 'the Claude Code CLI is not installed: run `npm ci --prefix test/tools`, or put `claude` on PATH' };
}

/**
 * Environment of a CLI that talks to nothing but the given model. Makes the scratch folders: without a home of its own the CLI
 * takes the one of the machine's user, and without a TMPDIR it leaves sockets and task files in the machine's.
 * @param home scratch folder for settings and transcripts; a resume needs the same one
 */
export function offlineEnv(modelUrl: string, home: string): Record<string, string> {
  const temporary = join(home, 'tmp');
  mkdirSync(temporary, { recursive: true });
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    TMPDIR: temporary,
    CLAUDE_CODE_TMPDIR: temporary,
    LANG: 'C.UTF-8',
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: 'test-key-of-the-scripted-model',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
  };
}

/**
 * Writes a program that runs the CLI on a scripted model: agents get none of our environment, so it brings its own.
 * @param folder scratch folder for that program and the CLI's home
 */
export function claudeProgram(cli: ClaudeCli, modelUrl: string, folder: string): string {
  const program = join(folder, 'claude-offline');
  const env = Object.entries(offlineEnv(modelUrl, join(folder, 'home'))).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(program, `#!/bin/sh\n${env.join('\n')}\nexec '${cli.found ? cli.path : ''}' "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

/** Lets a core's agents run the CLI on a scripted model. @param folder as for {@link claudeProgram} */
export async function useClaude(client: Client, cli: ClaudeCli, modelUrl: string, folder: string): Promise<void> {
  const settings = await client.system.settings({});
  await client.system.saveSettings({ ...settings, agents: { ...settings.agents, claudePath: claudeProgram(cli, modelUrl, folder) } });
}
