/** A host without process and socket: the real workspace and check functions behind a HostLink, with places to cut a call off. */
import { createChecks } from '#host/checks/runner.ts';
import { file, files, inspect, merge, patch, prepareWorkspace, remove, restore, snapshot, unmerge } from '#host/workspace/index.ts';
import { hostCommands, type HostCommand, type HostInput, type HostOutput, type WorkspaceSpec } from '#shared/host-protocol/commands.ts';
import type { HostLink } from '#shared/host-protocol/link.ts';
import { fail, unwrap, type Result } from '#shared/lib/fault.ts';

type Prepared = Extract<Awaited<ReturnType<typeof prepareWorkspace>>, { ok: true }>['value'];
type Handlers = { [C in HostCommand]?: (input: HostInput<C>) => Promise<Result<HostOutput<C>>> };

export type InProcessHost = HostLink & {
  readonly calls: { name: HostCommand; key: string | undefined }[];
  /** Called around each command; what it throws or answers stands in for the host's answer. */
  hooks: { before?: (name: HostCommand) => Result<never> | undefined; after?: (name: HostCommand) => Result<never> | undefined };
  prepare(spec: WorkspaceSpec): Promise<Prepared>;
  close(): Promise<void>;
};

/** @param scratch folder for its temporary files */
export function inProcessHost(scratch: string): InProcessHost {
  const checks = createChecks({ environment: () => ({ PATH: process.env['PATH'] ?? '' }) });
  const handlers: Handlers = {
    'workspace.inspect': inspect,
    'workspace.snapshot': (input) => snapshot(input, { scratch }),
    'workspace.files': files,
    'workspace.file': file,
    'workspace.patch': patch,
    'workspace.merge': merge,
    'workspace.unmerge': unmerge,
    'workspace.restore': (input) => restore(input, { scratch }),
    'workspace.remove': remove,
    'check.run': (input) => checks.run(input),
    'check.cancel': (input) => checks.cancel(input.checkId),
  };
  const host: InProcessHost = {
    hostId: 'test',
    calls: [],
    hooks: {},
    health: () => ({ hostId: 'test', name: 'test', state: 'ready', latencyMs: 0, lastSeenAt: 0, cause: null, dead: false, identity: null }),
    call: async (name, input, options) => {
      host.calls.push({ name, key: options?.key });
      // As over a socket: the host parses what it gets.
      hostCommands[name].input.parse(JSON.parse(JSON.stringify(input)));
      const refused = host.hooks.before?.(name);
      if (refused) return refused;
      const handler = handlers[name];
      if (!handler) return fail('COMMAND_UNKNOWN', `The test host has no ${name}.`);
      const answer = await handler(input);
      return host.hooks.after?.(name) ?? answer;
    },
    prepare: async (spec) => unwrap(await prepareWorkspace(spec, { base: null }, { output: () => undefined, scratch, signal: new AbortController().signal })),
    close: () => checks.close(),
  };
  return host;
}

/** An answer that never came. */
export const unanswered = (): Result<never> => fail('HOST_UNREACHABLE', 'The host does not answer.');
