/**
 * What a tool call of an ACP agent asks to do, in the words that allow rules use (`Bash(npm test)`, `Edit(src/**)`), so that one
 * rule holds for every agent. What the agent does not say clearly gets no narrow rule: it is asked for.
 */
import type { ToolKind as AcpToolKind } from '@agentclientprotocol/sdk';
import { parseRule } from '#shared/domain/rules.ts';
import { rulesFor } from '../claude/rules.ts';

export type Act = {
  readonly tool: string;
  /** Names the command, the file or the address in the same keys for every agent. */
  readonly input: Record<string, unknown>;
  /** Rules that would allow it and its like, narrowest first. */
  readonly rules: readonly string[];
};

export type AskedCall = {
  readonly kind: AcpToolKind;
  /** The agent's own name of the tool; empty when it gave none. */
  readonly name: string;
  readonly rawInput: unknown;
  /** Files that the call names as its targets. */
  readonly paths: readonly string[];
};

const TOOLS: Readonly<Partial<Record<AcpToolKind, string>>> = {
  execute: 'Bash',
  edit: 'Edit',
  read: 'Read',
  search: 'Grep',
  fetch: 'WebFetch',
  move: 'Move',
  delete: 'Delete',
};

export function actOf({ kind, name, rawInput, paths }: AskedCall, cwd: string): Act {
  const said = typeof rawInput === 'object' && rawInput !== null && !Array.isArray(rawInput) ? { ...rawInput } : {};
  const input: Record<string, unknown> = said;
  if (kind === 'execute') input['command'] = commandOf(input['command']);
  if ((kind === 'edit' || kind === 'read') && paths.length > 0) {
    // One target is the target; of several, a rule for one file must not allow the others.
    for (const key of ['file_path', 'notebook_path', 'path']) delete input[key];
    if (paths.length === 1) input['file_path'] = paths[0];
  }
  const tool = TOOLS[kind] ?? (parseRule(name) ? name : kind);
  return { tool, input, rules: rulesFor({ subtype: 'can_use_tool', tool_name: tool, input }, cwd) };
}

/** The command as a person would type it; `bash -lc SCRIPT` is the script. */
function commandOf(command: unknown): unknown {
  if (!Array.isArray(command) || command.length !== 3) return command;
  const [shell, flag, script] = command.map(String);
  return /(^|\/)(ba|z|da)?sh$/.test(shell ?? '') && /^-l?c$/.test(flag ?? '') ? script : command;
}
