/** Which agents this machine has: the known ones on PATH, and those that a person registered. */
import { acpProgram } from '../acp/programs.ts';
import type { Finding } from './finding.ts';
import { probe } from './probe.ts';

type KnownAgent = { readonly name: string; readonly title: string; readonly install: string };

const KNOWN: readonly KnownAgent[] = [
  { name: 'codex', title: 'Codex', install: 'npm install -g @openai/codex @zed-industries/codex-acp' },
  { name: 'gemini', title: 'Gemini CLI', install: 'npm install -g @google/gemini-cli' },
  { name: 'opencode', title: 'OpenCode', install: 'npm install -g opencode-ai' },
];

/** @param path configured path of Claude Code; empty looks on PATH */
export function claudeFinding(path: string, cwd: string): Promise<Finding> {
  const install = 'Run: npm install -g @anthropic-ai/claude-code, then run claude once and log in.';
  return finding('agent:claude-code', 'Claude Code', path || 'claude', cwd, path === '' ? null : 'Settings, Agents, Claude Code path', install);
}

/** Known agents, without those that are registered under the same name. */
export function knownFindings(registered: readonly string[], cwd: string): Promise<Finding>[] {
  return KNOWN.filter(({ name }) => !registered.includes(name)).map(({ name, title, install }) =>
    finding(`agent:acp:${name}`, title, acpProgram(name)[0] ?? name, cwd, null, `Run: ${install}`),
  );
}

/** An agent that a person registered: it has to be there. */
export function registeredFinding({ name, command }: { name: string; command: readonly string[] }, cwd: string): Promise<Finding> {
  const program = command[0] ?? acpProgram(name)[0] ?? name;
  return finding(`agent:acp:${name}`, name, program, cwd, 'Settings, Agents', `Install ${program}, or change its command in Settings, Agents.`);
}

/** @param configuredIn where a person named this program; null when it is only looked for */
async function finding(id: string, title: string, program: string, cwd: string, configuredIn: string | null, install: string): Promise<Finding> {
  const answer = await probe([program, '--version'], cwd);
  if (!answer.ok && answer.fault.code === 'AGENT_NOT_FOUND' && configuredIn === null) {
    return { id, title, status: 'off', detail: `${program} is not on PATH.`, fix: install };
  }
  if (!answer.ok) {
    const { code, message, why, fix } = answer.fault;
    const better = code === 'AGENT_NOT_FOUND' && configuredIn !== null ? `Correct the path in ${configuredIn}. ${install}` : (fix ?? install);
    return { id, title, status: code === 'PROBE_TIMEOUT' ? 'warn' : 'bad', detail: [message, why].filter(Boolean).join(' '), fix: better };
  }
  const { line, exitCode, path } = answer.value;
  if (exitCode !== 0) {
    return {
      id,
      title,
      status: 'warn',
      detail: `${path} is there, but --version ended with exit code ${exitCode ?? 'unknown'}. ${line}`.trim(),
      fix: `Run ${program} --version in a terminal; install it again if it fails there too.`,
    };
  }
  return { id, title, status: 'ok', detail: [line, path].filter(Boolean).join(' · '), fix: '' };
}
