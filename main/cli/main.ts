/** The `acc` command: finds the words, runs the command, turns what it returns or throws into an exit code. */
import { Exit, UsageError, type ExitCode } from './exit-codes.ts';
import { faultFrom, print, printFault } from './output.ts';
import { startSmall } from './start-small.ts';
import { usage } from './usage.ts';

/** A command gets its arguments and answers with the exit code. Each is loaded only when it is called. */
type Command = (args: string[]) => Promise<ExitCode>;

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => {
    startSmall();
    return (await import('./commands/start.ts')).start;
  },
  run: async () => (await import('./commands/run.ts')).run,
  sessions: async () => (await import('./commands/sessions.ts')).sessions,
  review: async () => (await import('./commands/review.ts')).review,
  permissions: async () => (await import('./commands/permissions.ts')).permissions,
  diagnostics: async () => (await import('./commands/diagnostics.ts')).diagnostics,
  link: async () => (await import('./commands/link.ts')).link,
  host: async () => (await import('./commands/host.ts')).host,
  'load-test': async () => (await import('./commands/load-test.ts')).loadTest,
  trends: async () => (await import('./commands/trends.ts')).trends,
  completion: async () => (await import('./commands/completion.ts')).completion,
};

// Whoever reads us may have read enough (`acc sessions | head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? Exit.ok : Exit.error));

async function main(argv: string[]): Promise<ExitCode> {
  const [word, ...args] = argv;
  const ours = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
  if (word === undefined || word === 'help' || word === '--help' || word === '-h' || ours.includes('--help')) {
    print(usage.trimEnd());
    return word === undefined ? Exit.usage : Exit.ok;
  }
  if (word === '--version' || word === 'version') {
    print((await import('#core/version.ts')).version);
    return Exit.ok;
  }
  const load = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (!load) throw new UsageError(`there is no command "${word}"`);
  return (await load())(args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) {
    process.stderr.write(`acc: ${error.message}\nSee: acc --help\n`);
    process.exitCode = Exit.usage;
  } else {
    printFault(faultFrom(error), process.argv.includes('--json'));
    process.exitCode = Exit.error;
  }
}
