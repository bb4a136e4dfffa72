/**
 * Allow rules in Claude Code's own syntax, for permission requests of every agent: `Edit`, `Bash(npm test)`, `Bash(npm test:*)`,
 * `Bash(git log *)`, `Edit(src/**)`, `WebFetch(domain:example.org)`, `mcp__server`. A rule only ever allows, so whatever is unclear does not match.
 */

export type Rule = { readonly tool: string; readonly spec: string | null };
/** What an agent asks to do. `input` is the tool's input as JSON text, `cwd` the folder relative paths of rules are meant from. */
export type RuleRequest = { readonly tool: string; readonly input: string; readonly cwd: string };

const EDIT_TOOLS = new Set(['Edit', 'MultiEdit', 'Write', 'NotebookEdit']);
const READ_TOOLS = new Set(['Read', 'Grep', 'Glob', 'LS']);
/** Anything that can make a shell do more than run one program with its arguments. Quoted or not: a rule that does not match only asks. */
const COMPOUND = /[;&|<>`()\r\n\\]|\$[({'"]/;

/** Reads a rule. @returns null when it is not one */
export function parseRule(text: string): Rule | null {
  const match = /^([A-Za-z_][\w.-]*)(?:\(([\s\S]*)\))?$/.exec(text.trim());
  const tool = match?.[1];
  if (tool === undefined) return null;
  const spec = match?.[2];
  if (spec === undefined || spec === '*') return { tool, spec: null };
  return spec === '' ? null : { tool, spec };
}

/** True when the rule allows the request. */
export function ruleAllows(text: string, request: RuleRequest): boolean {
  const rule = parseRule(text);
  if (rule === null || !coversTool(rule.tool, request.tool)) return false;
  if (rule.spec === null) return true;
  const input = readInput(request.input);
  const command = commandOf(input);
  if (command !== null) return allowsCommand(rule.spec, command);
  const file = textOf(input, ['file_path', 'notebook_path', 'path']);
  if (file !== null) return allowsPath(rule.spec, file, request.cwd);
  const url = textOf(input, ['url']);
  if (url !== null) return allowsUrl(rule.spec, url);
  return false;
}

/** The first rule that allows the request, or null. */
export function allowingRule(rules: readonly string[], request: RuleRequest): string | null {
  return rules.find((rule) => ruleAllows(rule, request)) ?? null;
}

function coversTool(rule: string, tool: string): boolean {
  if (rule === tool) return true;
  if (rule === 'Edit') return EDIT_TOOLS.has(tool);
  if (rule === 'Read') return READ_TOOLS.has(tool);
  // A rule that names an MCP server covers each of its tools.
  return rule.startsWith('mcp__') && rule.split('__').length === 2 && tool.startsWith(`${rule}__`);
}

function allowsCommand(spec: string, command: string): boolean {
  const asked = command.trim();
  if (asked === spec) return true;
  if (COMPOUND.test(asked)) return false;
  if (spec.endsWith(':*')) {
    const prefix = spec.slice(0, -2);
    return prefix !== '' && (asked === prefix || asked.startsWith(`${prefix} `));
  }
  return spec.includes('*') && globOf(spec, '[\\s\\S]*').test(asked);
}

function allowsPath(spec: string, file: string, cwd: string): boolean {
  const asked = resolvePath(file, cwd);
  const wanted = spec.startsWith('//') ? spec.slice(1) : `${resolvePath('.', cwd)}/${spec.replace(/^(\.?\/)+/, '')}`;
  return globOf(wanted, '[^/]*').test(asked);
}

function allowsUrl(spec: string, url: string): boolean {
  if (!spec.startsWith('domain:')) return false;
  try {
    return new URL(url).hostname === spec.slice('domain:'.length).toLowerCase();
  } catch {
    return false;
  }
}

/** `**` spans folders, `*` is what `star` says. */
function globOf(pattern: string, star: string): RegExp {
  const source = pattern
    .split(/(\*\*\/|\*\*|\*)/)
    .map((part) => (part === '**/' ? '(?:[\\s\\S]*/)?' : part === '**' ? '[\\s\\S]*' : part === '*' ? star : part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`);
}

/** Absolute path without `.`, `..` or doubled separators, so that `src/../../etc` cannot pass for something below `src`. */
function resolvePath(file: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (file.startsWith('/') ? file : `${cwd}/${file}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function readInput(input: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {}; // no JSON: only a rule for the whole tool can match
  }
}

function commandOf(input: Record<string, unknown>): string | null {
  const command = input['command'];
  if (typeof command === 'string') return command;
  // Some agents give the arguments one by one; joined they could read like another command, so each must be plain.
  if (Array.isArray(command) && command.every((part) => typeof part === 'string' && /^[^\s"']+$/.test(part))) return command.join(' ');
  return null;
}

function textOf(input: Record<string, unknown>, keys: readonly string[]): string | null {
  for (const key of keys) if (typeof input[key] === 'string') return input[key];
  return null;
}
