/** `acc completion bash|zsh|fish`: the script a shell loads. One list of words serves all three. */
import { Exit, UsageError, type ExitCode } from '../exit-codes.ts';
import { print } from '../output.ts';

/** Second words and options of each command. */
const words: Readonly<Record<string, readonly string[]>> = {
  start: ['--headless', '--host', '--port', '--token-file', '--host-name', '--no-open', '--data'],
  run: ['--repo', '--agent', '--prompt', '--title', '--model', '--max-turns', '--max-usd', '--max-minutes', '--allow', '--on-ask', '--data', '--json'],
  sessions: ['list', 'show', 'events', 'send', 'stop', 'resume', 'archive', '--archived', '--data', '--json'],
  review: ['list', 'show', 'diff', 'approve', 'changes', 'reject', 'undo', '--method', '--target', '--message', '--all', '--data', '--json'],
  permissions: ['list', 'allow', 'deny', 'reply', '--session', '--always', '--data', '--json'],
  diagnostics: ['--data', '--json'],
  link: ['--viewer', '--data', '--json'],
  host: ['--listen', '--token-file', '--tls-cert', '--tls-key', '--client-ca', '--insecure', '--drain-seconds', '--open-metrics', '--name', '--data', '--json'],
  'load-test': ['--clients', '--seconds', '--sessions', '--host', '--token-file', '--data', '--json'],
  trends: ['--json'],
  completion: ['bash', 'zsh', 'fish'],
};
const names = Object.keys(words).join(' ');

const bash = `_acc() {
  local cur="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${names}" -- "$cur")); return; fi
  case "\${COMP_WORDS[1]}" in
${Object.entries(words)
  .map(([name, list]) => `    ${name}) COMPREPLY=($(compgen -W "${list.join(' ')}" -- "$cur")) ;;`)
  .join('\n')}
  esac
}
complete -o default -F _acc acc`;

const zsh = `#compdef acc
_acc() {
  if (( CURRENT == 2 )); then compadd ${names}; return; fi
  case "$words[2]" in
${Object.entries(words)
  .map(([name, list]) => `    ${name}) compadd -- ${list.join(' ')} ;;`)
  .join('\n')}
  esac
  _files
}
compdef _acc acc`;

const fish = [
  `complete -c acc -n __fish_use_subcommand -f -a "${names}"`,
  ...Object.entries(words).map(([name, list]) => `complete -c acc -n "__fish_seen_subcommand_from ${name}" -a "${list.join(' ')}"`),
].join('\n');

export async function completion(args: string[]): Promise<ExitCode> {
  const scripts: Readonly<Record<string, string>> = { bash, zsh, fish };
  const script = scripts[args[0] ?? ''];
  if (!script) throw new UsageError('completion needs the name of a shell: bash, zsh or fish');
  print(script);
  return Exit.ok;
}
