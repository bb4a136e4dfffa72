/** How the host of this machine is started. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { version } from '../version.ts';

/** What the environment of the host must not have: it would reach agents, or make Node or Electron behave otherwise. */
const DROPPED = /^(ACC_|ELECTRON_|CLAUDECODE$|NODE_OPTIONS$)/;

/** The host's program: beside the built core, or its source in a checkout. */
export function hostCommand(): string[] {
  const here = import.meta.dirname;
  const places = ['host.js', '../host.js', '../../host/main.ts'].map((each) => path.resolve(here, each));
  return [process.execPath, places.find((each) => existsSync(each)) ?? places[0] ?? '', '--version', version];
}

export function hostEnv(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined && !DROPPED.test(name)) env[name] = value;
  // Inside the desktop app our own program is Electron, which is Node only when it is told to be.
  return process.versions['electron'] === undefined ? env : { ...env, ELECTRON_RUN_AS_NODE: '1' };
}
