/** How the ACP agents that people use are started when nothing else is configured: program and the arguments that make it speak ACP. */

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  gemini: ['gemini', '--acp'],
  codex: ['codex-acp'],
  opencode: ['opencode', 'acp'],
  'claude-code': ['claude-code-acp'],
  goose: ['goose', 'acp'],
  qwen: ['qwen', '--acp'],
};

/** @returns program and arguments; an unknown name is taken as a program that speaks ACP by itself */
export function acpProgram(name: string): readonly string[] {
  return KNOWN[name] ?? [name];
}
