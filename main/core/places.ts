/** Checks where a repository is said to be on other hosts: asked there, as far as the hosts can be reached. */
import path from 'node:path';
import type { Repository, RepositorySettings } from '#shared/domain/repository.ts';
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { fail, ok, type Result } from '#shared/lib/fault.ts';
import type { Services } from './services.ts';

const INSPECT_MS = 10_000;

type Places = RepositorySettings['hosts'];

/** @returns the places with the tops of the work trees; PATH_NOT_ABSOLUTE, HOST_UNKNOWN, PLACE_WRONG, or what the host says of a path that is not there */
export async function checkPlaces(services: Services, repository: Repository, places: Places): Promise<Result<Places>> {
  const checked: Places = [];
  for (const place of places) {
    const known = repository.settings.hosts.some((each) => each.hostId === place.hostId && each.path === place.path);
    const at = known ? ok(place) : await check(services, repository, place);
    if (!at.ok) return at;
    if (checked.some((each) => each.hostId === place.hostId)) {
      return fail('PLACE_WRONG', `The repository is named twice on "${nameOf(services, place.hostId)}".`, { fix: 'Name one folder for each agent host.' });
    }
    checked.push(at.value);
  }
  return ok(checked);
}

async function check(services: Services, repository: Repository, place: Places[number]): Promise<Result<Places[number]>> {
  const { hosts, store } = services;
  const name = nameOf(services, place.hostId);
  if (place.hostId === LOCAL_HOST || store.hosts.get(place.hostId) === null) {
    return fail('HOST_UNKNOWN', `"${name}" is not an agent host beside this machine.`, { fix: 'Choose one of those in Connections.' });
  }
  if (!path.posix.isAbsolute(place.path) && !path.win32.isAbsolute(place.path)) {
    return fail('PATH_NOT_ABSOLUTE', `The folder of the repository on "${name}" must be an absolute path.`, { why: place.path });
  }
  const host = hosts.of(place.hostId);
  // One that cannot be asked now is believed; the start of a session says what is wrong there.
  if (host.health().state !== 'ready') return ok(place);
  const facts = await host.call('workspace.inspect', { path: place.path }, { timeoutMs: INSPECT_MS });
  if (!facts.ok) return facts.fault.code.startsWith('HOST_') ? ok(place) : facts;
  if (facts.value.vcs !== repository.vcs) {
    const is = facts.value.vcs === 'git' ? 'is in a git repository' : 'is not in a git repository';
    return fail('PLACE_WRONG', `The folder on "${name}" is not this repository.`, {
      why: `${place.path} ${is}.`,
      fix: 'Name the folder of its clone on that host.',
    });
  }
  return ok({ ...place, path: facts.value.root });
}

const nameOf = ({ store }: Services, hostId: string): string => store.hosts.nameOf(hostId) ?? hostId;
