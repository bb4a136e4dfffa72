/** Permission rules in Claude Code's own syntax, `Tool` or `Tool(content)`, and which of them would allow a request. */
import { dirname } from 'node:path';
import type { CanUseTool } from './messages.ts';
import { kindOf, shortPath } from './tools.ts';

export type Rule = { readonly toolName: string; readonly ruleContent?: string };

/** Reads `Bash(npm test:*)`; a word without brackets names a whole tool. */
export function parseRule(text: string): Rule {
  const match = /^([^()\s]+)\(([\s\S]+)\)$/.exec(text.trim());
  return match?.[1] !== undefined && match[2] !== undefined ? { toolName: match[1], ruleContent: match[2] } : { toolName: text.trim() };
}

export const formatRule = (rule: Rule): string => (rule.ruleContent === undefined ? rule.toolName : `${rule.toolName}(${rule.ruleContent})`);

const PERSONAL = new Set(['AskUserQuestion', 'ExitPlanMode']);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Rules that would allow this request and its like, narrowest first. What the CLI suggests comes before what is derived here;
 * its suggestion to accept all edits reads as `Edit(**)`, every file below the working folder (a bare `Edit` would not hold for Write).
 */
export function rulesFor(request: CanUseTool, cwd: string): string[] {
  // A question for a person cannot be answered by a rule.
  if (PERSONAL.has(request.tool_name)) return [];
  const suggested = (request.permission_suggestions ?? []).flatMap((update) => {
    if (update.type === 'addRules' && (update.behavior ?? 'allow') === 'allow') {
      return (update.rules ?? []).map((rule) =>
        formatRule(rule.ruleContent ? { toolName: rule.toolName, ruleContent: rule.ruleContent } : { toolName: rule.toolName }),
      );
    }
    return [];
  });
  return [...new Set([...exact(request), ...suggested, ...wide(request, cwd)])];
}

/** The very same command. Brackets and stars would be read as a pattern, so such a command has no exact rule. */
function exact(request: CanUseTool): string[] {
  const command = text(request.input['command']);
  return request.tool_name === 'Bash' && command !== '' && !/[*()\n\\]/.test(command) ? [`Bash(${command})`] : [];
}

function wide(request: CanUseTool, cwd: string): string[] {
  const { tool_name: tool, input } = request;
  if (tool === 'Bash') return [];
  const path = text(input['file_path']) || text(input['notebook_path']);
  // Rules for Edit hold for every tool that writes files, and rules for Read for every tool that reads them.
  if (kindOf(tool) === 'edit') return [...fileRules('Edit', path, cwd), 'Edit(**)'];
  if (tool === 'Read' || tool === 'Grep' || tool === 'Glob') return [...fileRules('Read', path || text(input['path']), cwd), 'Read'];
  const domain = tool === 'WebFetch' ? hostOf(text(input['url'])) : null;
  return [...(domain === null ? [] : [`WebFetch(domain:${domain})`]), tool];
}

/** A file and its folder; outside the working folder the pattern is absolute, which the syntax writes with two slashes. */
function fileRules(tool: string, path: string, cwd: string): string[] {
  if (path === '' || /[*?[\]()]/.test(path)) return [];
  const short = shortPath(path, cwd);
  const file = short.startsWith('/') ? `/${short}` : short;
  const folder = dirname(file);
  return [`${tool}(${file})`, ...(folder === '.' || folder === '/' ? [] : [`${tool}(${folder}/**)`])];
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname : null;
}
