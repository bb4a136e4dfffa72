/** Which part of the host carries out which command. Input is parsed here, once; what throws unexpectedly is told as a fault. */
import { hostCommands, type HostCommand, type HostInput, type HostOutput } from '#shared/host-protocol/commands.ts';
import type { HostFrame } from '#shared/host-protocol/frames.ts';
import { fail, faultOf, type Result } from '#shared/lib/fault.ts';

export type CommandHandlers = { readonly [C in HostCommand]: (input: HostInput<C>) => Promise<Result<HostOutput<C>>> };
type Reply = Extract<HostFrame, { t: 'reply' }>;

const isCommand = (name: string): name is HostCommand => Object.hasOwn(hostCommands, name);

/** Carries out one command and makes its reply. Never throws. @param handlers what this link may ask; other commands are refused */
export async function carryOut(handlers: Partial<CommandHandlers>, command: { id: string; name: string; input: unknown }): Promise<Reply> {
  const result = isCommand(command.name)
    ? await parseAndRun(handlers, command.name, command.input)
    : fail('UNKNOWN_COMMAND', `This agent host does not know "${command.name}".`, { fix: 'Use the same version of the app on both sides.' });
  return result.ok ? { t: 'reply', id: command.id, ok: true, output: result.value } : { t: 'reply', id: command.id, ok: false, fault: result.fault };
}

async function parseAndRun<C extends HostCommand>(handlers: Partial<CommandHandlers>, name: C, input: unknown): Promise<Result<HostOutput<C>>> {
  const handler = handlers[name];
  if (!handler)
    return fail('COMMAND_REFUSED', `"${name}" is not for this kind of connection.`, { fix: 'Probes ask for probe.* only, control centers for the rest.' });
  const parsed = hostCommands[name].input.safeParse(input);
  if (!parsed.success) return fail('BAD_COMMAND', `The input of "${name}" has the wrong shape.`, { why: parsed.error.message.slice(0, 2000) });
  try {
    // The map ties each name to its schema; TypeScript cannot follow that through an index with a type parameter.
    return await handler(parsed.data as HostInput<C>);
  } catch (error) {
    return { ok: false, fault: faultOf(error, 'HOST_FAILED', `The agent host could not carry out "${name}".`) };
  }
}
