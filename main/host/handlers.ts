/** What one control center may ask of this host, each command tied to the part that carries it out. Sessions and checks are its own only. */
import { ok } from '#shared/lib/fault.ts';
import type { Checks } from './checks/runner.ts';
import type { CommandHandlers } from './commands.ts';
import { diagnose } from './diagnose/diagnose.ts';
import type { Telemetry } from './otlp/telemetry.ts';
import type { Sessions } from './sessions.ts';
import * as workspace from './workspace/index.ts';

export function centerHandlers(
  center: string,
  sessions: Sessions,
  checks: Checks,
  telemetry: Telemetry,
  scratch: string,
): Omit<CommandHandlers, 'probe.stream'> {
  const ownChecks = new Set<string>();
  return {
    'session.start': (input) => sessions.start(center, input),
    'session.send': (input) => sessions.send(center, input),
    'session.answer': (input) => sessions.answer(center, input),
    'session.interrupt': (input) => sessions.interrupt(center, input),
    'session.stop': (input) => sessions.stop(center, input),
    'session.list': async () => ok({ sessions: sessions.list(center) }),
    'workspace.inspect': (input) => workspace.inspect(input),
    'workspace.snapshot': (input) => workspace.snapshot(input, { scratch }),
    'workspace.files': (input) => workspace.files(input),
    'workspace.file': (input) => workspace.file(input),
    'workspace.patch': (input) => workspace.patch(input),
    'workspace.merge': (input) => workspace.merge(input),
    'workspace.unmerge': (input) => workspace.unmerge(input),
    'workspace.restore': (input) => workspace.restore(input, { scratch }),
    'workspace.usage': (input) => workspace.usage(input),
    'workspace.remove': (input) => workspace.remove(input),
    'check.run': async (input) => {
      ownChecks.add(input.checkId);
      return checks.run(input).finally(() => ownChecks.delete(input.checkId));
    },
    // One that does not run (for this center) is where the caller wants it.
    'check.cancel': ({ checkId }) => (ownChecks.has(checkId) ? checks.cancel(checkId) : Promise.resolve(ok({}))),
    'telemetry.open': async ({ sessionId, epoch }) => telemetry.streams.open(center, sessionId, epoch),
    'telemetry.access': () => telemetry.access(),
    'host.diagnose': (input) => diagnose(input),
    'probe.echo': async ({ text }) => ok({ text }),
  };
}
