/** `host.diagnose`: looks at everything at once; one probe that hangs delays the answer by its own time limit only. */
import { tmpdir } from 'node:os';
import type { HostInput, HostOutput } from '#shared/host-protocol/commands.ts';
import { faultOf, ok, type Result } from '#shared/lib/fault.ts';
import { claudeFinding, knownFindings, registeredFinding } from './agents.ts';
import type { Finding } from './finding.ts';
import { diskFinding, gitFinding, identityFinding, nodeFinding } from './machine.ts';

/** @returns findings in a fixed order: machine, agents, disks. Never a fault: what could not be looked at is a finding too. */
export async function diagnose({ claudePath, acp, paths }: HostInput<'host.diagnose'>): Promise<Result<HostOutput<'host.diagnose'>>> {
  // A folder that is always there and holds no repository whose settings would colour the answers.
  const cwd = tmpdir();
  const names = acp.map(({ name }) => name);
  const looks: Promise<Finding>[] = [
    gitFinding(cwd),
    identityFinding(cwd),
    Promise.resolve(nodeFinding()),
    claudeFinding(claudePath, cwd),
    ...acp.map((agent) => registeredFinding(agent, cwd)),
    ...knownFindings(names, cwd),
    ...[...new Set(paths)].map(diskFinding),
  ];
  const findings = await Promise.allSettled(looks);
  return ok({ findings: findings.map((done, index) => (done.status === 'fulfilled' ? done.value : broken(index, done.reason))) });
}

const broken = (index: number, reason: unknown): Finding => ({
  id: `probe:${index}`,
  title: 'A check of this machine',
  status: 'warn',
  detail: faultOf(reason).why ?? 'It failed.',
  fix: 'Run Diagnostics again.',
});
