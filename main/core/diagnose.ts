/** Is everything well: what the host found on this machine, and what only the core can know. Each finding names its fix. */
import { access, constants, statfs } from 'node:fs/promises';
import type { Finding } from '#shared/contract/system.ts';
import { LOCAL_HOST, type HostHealth } from '#shared/host-protocol/link.ts';
import type { Services } from './services.ts';

const NEEDED_NODE = [22, 19] as const;
const LOW_BYTES = 1024 ** 3;
const HOST_MS = 30_000;

export async function diagnose(services: Services): Promise<Finding[]> {
  const { store, hosts, dataDir } = services;
  const { claudePath, acp } = store.settings.get().agents;
  const roots = store.repositories.list().flatMap(({ settings }) => (settings.worktreeRoot === '' ? [] : [settings.worktreeRoot]));
  const [found, data] = await Promise.all([
    hosts.of(LOCAL_HOST).call('host.diagnose', { claudePath, acp, paths: [dataDir, ...new Set(roots)] }, { timeoutMs: HOST_MS }),
    dataFolder(dataDir),
  ]);
  const own = [storeFinding(services), data, ...hosts.all().flatMap(reachOf)];
  if (found.ok) return [...own, ...found.value.findings];
  // Without the host, what it would have said of this machine is looked up here as far as that goes.
  const { message, why, fix } = found.fault;
  const hostFinding: Finding = {
    id: 'host',
    title: 'Agent host',
    status: 'bad',
    detail: [message, why].filter(Boolean).join(' '),
    fix: fix ?? 'Restart the app.',
  };
  return [...own, hostFinding, await diskOf(dataDir), nodeFinding()];
}

/** Whether a host elsewhere can be reached; what is on it is its own affair. */
function reachOf({ hostId, name, state, cause, identity, latencyMs }: HostHealth): Finding[] {
  if (hostId === LOCAL_HOST) return [];
  const base = { id: `host:${hostId}`, title: `Agent host "${name}"` };
  if (state === 'ready') {
    const answer = latencyMs === null ? '' : `, answers in ${Math.ceil(latencyMs)} ms`;
    return [{ ...base, status: 'ok', detail: `${identity?.name ?? name}, version ${identity?.version ?? 'unknown'}${answer}`, fix: '' }];
  }
  const status = state === 'connecting' ? 'warn' : 'bad';
  return [{ ...base, status, detail: cause ?? 'It is not connected yet.', fix: 'Look at it in Connections: it says what was tried and what came of it.' }];
}

function storeFinding({ store }: Services): Finding {
  const { state, detail } = store.state();
  const base = { id: 'store', title: 'Store' };
  if (state === 'ok') return { ...base, status: 'ok', detail: store.path, fix: '' };
  const fix = {
    full: 'Free space on the disk that holds the data folder.',
    locked: 'Close the other program that uses the data folder.',
    damaged: 'Close the app and put back one of the backups beside the database.',
  }[state];
  return { ...base, status: 'bad', detail: detail || `The store is ${state}.`, fix };
}

async function dataFolder(dataDir: string): Promise<Finding> {
  const base = { id: 'data', title: 'Data folder', detail: dataDir };
  try {
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return { ...base, status: 'ok', fix: '' };
  } catch (error) {
    return {
      ...base,
      status: 'bad',
      detail: `${dataDir}: ${error instanceof Error ? error.message : String(error)}`,
      fix: 'Give your user the right to write there, or start with --data DIR.',
    };
  }
}

async function diskOf(dataDir: string): Promise<Finding> {
  const base = { id: 'disk', title: 'Free space' };
  try {
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free for data and worktrees`;
    return free < LOW_BYTES
      ? { ...base, status: 'warn', detail, fix: 'Remove worktrees you do not need any more (Repositories), or free space.' }
      : { ...base, status: 'ok', detail, fix: '' };
  } catch (error) {
    return { ...base, status: 'warn', detail: error instanceof Error ? error.message : String(error), fix: 'Check the disk that holds the data folder.' };
  }
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const well = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
  const base = { id: 'node', title: 'Node', detail: `Node ${process.versions.node} runs the core` };
  return well ? { ...base, status: 'ok', fix: '' } : { ...base, status: 'bad', fix: `Install Node ${NEEDED_NODE.join('.')} or newer.` };
}
