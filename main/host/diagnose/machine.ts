/** What the machine itself has to offer: git, Node, room on its disks. */
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Finding } from './finding.ts';
import { probe } from './probe.ts';

const INSTALL_GIT = process.platform === 'darwin' ? 'Run: xcode-select --install' : 'Run: sudo apt-get install git (or the package tool of this system).';
const GB = 1e9;

/** Merging without touching a work tree needs `git merge-tree --write-tree`, which came with 2.38. */
export async function gitFinding(cwd: string): Promise<Finding> {
  const about = { id: 'git', title: 'git' };
  const answer = await probe(['git', '--version'], cwd);
  if (!answer.ok) return { ...about, status: 'bad', detail: answer.fault.message, fix: INSTALL_GIT };
  const version = /(\d+)\.(\d+)(?:\.\d+)?/.exec(answer.value.line);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  if (!version || answer.value.exitCode !== 0)
    return { ...about, status: 'bad', detail: `git does not tell its version: ${answer.value.line}`, fix: INSTALL_GIT };
  const detail = `${version[0]} · ${answer.value.path}`;
  if (major > 2 || (major === 2 && minor >= 38)) return { ...about, status: 'ok', detail, fix: '' };
  return { ...about, status: 'bad', detail: `${detail}: merging needs 2.38 or newer.`, fix: `Install git 2.38 or newer. ${INSTALL_GIT}` };
}

/** Commits of a merge carry a person's name. */
export async function identityFinding(cwd: string): Promise<Finding> {
  const about = { id: 'git-identity', title: 'git identity' };
  const [name, email] = await Promise.all(['user.name', 'user.email'].map((key) => probe(['git', 'config', '--get', key], cwd)));
  if (name?.ok && email?.ok && name.value.line !== '' && email.value.line !== '') {
    return { ...about, status: 'ok', detail: `${name.value.line} <${email.value.line}>`, fix: '' };
  }
  const fix = 'Run: git config --global user.name "Your Name" and git config --global user.email you@example.com';
  return { ...about, status: 'warn', detail: 'git knows no name or mail address for commits.', fix };
}

export function nodeFinding(): Finding {
  const detail = `${process.versions.node} · ${process.execPath}`;
  const enough = Number.parseInt(process.versions.node, 10) >= 24;
  return enough
    ? { id: 'node', title: 'Node', status: 'ok', detail, fix: '' }
    : { id: 'node', title: 'Node', status: 'bad', detail: `${detail}: 24 or newer is needed.`, fix: 'Run npm ci in the app again: it brings its own Node 24.' };
}

/** Free space where `path` is or will be. */
export async function diskFinding(path: string): Promise<Finding> {
  const about = { id: `disk:${path}`, title: 'Disk' };
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const disk = await statfs(folder).catch(() => null);
    if (!disk && folder !== dirname(folder)) continue;
    if (!disk) return { ...about, status: 'warn', detail: `The free space of ${path} cannot be read.`, fix: 'Check that the disk is mounted and readable.' };
    const free = disk.bavail * disk.bsize;
    const detail = `${(free / GB).toFixed(1)} GB free of ${((disk.blocks * disk.bsize) / GB).toFixed(1)} GB · ${path}`;
    const fix = 'Remove finished worktrees (Repositories, Worktrees), or free space on this disk.';
    if (free < GB) return { ...about, status: 'bad', detail, fix };
    return free < 5 * GB ? { ...about, status: 'warn', detail, fix } : { ...about, status: 'ok', detail, fix: '' };
  }
}
