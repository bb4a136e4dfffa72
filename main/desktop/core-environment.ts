/** The environment the core gets: the person's own, less what belongs to Electron, to a parent agent session, or to us. */

const dropped = [/^ELECTRON_/, /^CHROME_/, /^ACC_TOKEN$/, /^CLAUDECODE$/, /^CLAUDE_CODE_(SESSION|ENTRYPOINT|SSE_PORT)/, /^NODE_OPTIONS$/];

/** Copies `env` without the names above. */
export function coreEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !dropped.some((pattern) => pattern.test(name))) kept[name] = value;
  }
  return kept;
}
