/** A host's merge that is killed in the middle, for the test beside it. Argument: the command's input as JSON. */
import { merge } from '#host/workspace/index.ts';
import { hostCommands } from '#shared/host-protocol/commands.ts';

const input = hostCommands['workspace.merge'].input.parse(JSON.parse(process.argv[2] ?? ''));
process.stdout.write('begun\n');
await merge(input);
