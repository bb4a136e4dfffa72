/**
 * The world of the pictures: one folder with a plain name that holds repositories, the app's data and the agents' home, so that no path
 * of the machine is seen; the real core, and the real Claude Code CLI on the scripted model.
 */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findClaude, offlineEnv } from '#test/support/claude-cli.ts';
import { startModel } from '#test/support/model/server.ts';
import { openRepo, type TestRepo } from '#test/support/repos.ts';
import { startUi, type Ui } from '#test/support/ui.ts';
import { nextReply } from './conversation.ts';

const ROOT = '/tmp/fleet';

export type World = {
  readonly ui: Ui;
  /** A git repository with one commit. */
  repository(name: string, files: Readonly<Record<string, string>>): TestRepo;
  close(): Promise<void>;
};

/** Opens the world. @throws when its folder exists already, or Claude Code is not installed */
export async function openWorld(): Promise<World> {
  const cli = findClaude();
  if (!cli.found) throw new Error(cli.skip);
  if (existsSync(ROOT)) throw new Error(`${ROOT} exists: another run has not ended, or remove it`);
  const [bin, home] = [path.join(ROOT, 'bin'), path.join(ROOT, 'home')];
  for (const folder of [bin, home]) mkdirSync(folder, { recursive: true });
  symlinkSync(cli.path, path.join(bin, 'claude'));
  symlinkSync(process.execPath, path.join(bin, 'node'));
  writeFileSync(path.join(home, '.gitconfig'), '[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n');
  const model = await startModel(nextReply);
  // The core takes the environment of this process, and agents get theirs from it.
  for (const name of Object.keys(process.env)) if (/^(ANTHROPIC_|CLAUDE|npm_|GIT_|NODE_|XDG_)/i.test(name)) delete process.env[name];
  Object.assign(process.env, offlineEnv(model.url, home), { PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, TMPDIR: ROOT, SHELL: '/bin/bash' });
  const ui = await startUi().catch(async (error: unknown) => {
    await model.close();
    rmSync(ROOT, { recursive: true, force: true });
    throw error;
  });
  return {
    ui,
    repository(name, files) {
      const folder = path.join(ROOT, 'code', name);
      mkdirSync(folder, { recursive: true });
      const repo = openRepo(folder);
      repo.git(['init', '--quiet']);
      for (const [file, text] of Object.entries(files)) repo.write(file, text);
      repo.commit('Begin');
      return repo;
    },
    async close() {
      await ui.close();
      await model.close();
      rmSync(ROOT, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
