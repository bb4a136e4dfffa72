/** What a person does to agent hosts. Each act says what it did, with its way back where there is one. */
import type { HostFacts, Strategy } from '#shared/domain/connection.ts';
import { client } from '../lib/client.ts';
import { attempt, say } from '../lib/toasts.ts';
import { strategyName } from './words.ts';

type Admin = HostFacts['admin'];

const put = (id: string, admin: Admin): Promise<unknown> =>
  admin === 'draining' ? client.connections.drain({ id }) : admin === 'ejected' ? client.connections.eject({ id }) : client.connections.readmit({ id });

/** True when there is something to take back. */
export const mayReadmit = (host: HostFacts): boolean => host.admin !== 'active' || host.ejection !== null || host.breaker.state !== 'closed';

async function setAdmin(host: HostFacts, admin: Admin, said: string): Promise<void> {
  if (!(await attempt(() => put(host.id, admin)))) return;
  say(said, host.admin === admin ? undefined : () => put(host.id, host.admin));
}

export const drain = (host: HostFacts): Promise<void> => setAdmin(host, 'draining', `Draining ${host.name}: it takes no new sessions.`);
export const eject = (host: HostFacts): Promise<void> => setAdmin(host, 'ejected', `Ejected ${host.name}: nothing new goes there until you re-admit it.`);
export const readmit = (host: HostFacts): Promise<void> => setAdmin(host, 'active', `Re-admitted ${host.name}.`);

export async function reconnect(host: HostFacts): Promise<void> {
  if (await attempt(() => client.connections.reconnect({ id: host.id }))) say(`Dialling ${host.name} anew.`);
}

export async function setWeight(host: HostFacts, weight: number): Promise<boolean> {
  if (!(await attempt(() => client.connections.save({ id: host.id, weight })))) return false;
  say(`${host.name} has weight ${weight}.`, () => client.connections.save({ id: host.id, weight: host.weight }));
  return true;
}

export async function setStrategy(strategy: Strategy, before: Strategy): Promise<void> {
  if (strategy === before || !(await attempt(() => client.connections.setStrategy({ strategy })))) return;
  say(`New sessions go by "${strategyName(strategy)}".`, () => client.connections.setStrategy({ strategy: before }));
}
