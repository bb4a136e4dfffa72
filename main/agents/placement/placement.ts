/**
 * On which host a queued session works. One that has worked somewhere stays there, because its files and its agent's conversation are
 * there; a new one goes where the pool's strategy says, among the open hosts that have its repository.
 */
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { LIVE_SESSION } from '#shared/domain/status.ts';
import type { SessionRow } from '#store/store.ts';
import type { Deps } from '../deps.ts';
import type { Reason } from '../governor/pick.ts';
import type { Presence } from './presence.ts';
import { hostsOf, pathOn } from './sites.ts';

export class Placement {
  readonly #deps: Deps;
  readonly #presence: Presence;

  /** Registered hosts that have a repository, as this look at the queue found them. */
  readonly #places = new Map<string, readonly string[]>();

  constructor(deps: Deps, presence: Presence) {
    this.#deps = deps;
    this.#presence = presence;
  }

  /** A new look at the queue begins: hosts and repositories may be others since the last one. */
  refresh(): void {
    this.#places.clear();
  }

  /** The hosts a session may go to, whether they are there or not. */
  among(session: Pick<SessionRow, 'hostId' | 'taskId' | 'repositoryId' | 'branch'>): readonly string[] {
    if (session.hostId !== '') return [session.hostId];
    const { store } = this.#deps;
    // A folder that a person named is a folder of this machine.
    if (session.branch === null && store.tasks.get(session.taskId)?.isolation.mode === 'existing') return [LOCAL_HOST];
    const known = this.#places.get(session.repositoryId);
    if (known) return known;
    const repository = store.repositories.get(session.repositoryId);
    const places = repository === null ? [LOCAL_HOST] : hostsOf(repository).filter((id) => store.hosts.get(id) !== null);
    this.#places.set(session.repositoryId, places);
    return places;
  }

  /** Why no host can take the session now, as far as that is known without choosing one; null when one may. */
  hold(session: SessionRow): Reason | null {
    const among = this.among(session);
    if (among.some((id) => this.#presence.isOpen(id))) return null;
    if (among.length === 0) {
      return { code: 'HOST_NONE', text: 'None of the agent hosts that have its repository is registered any more: look at the settings of the repository.' };
    }
    const [only] = among;
    if (among.length === 1 && only !== undefined) return { code: 'HOST_UNREACHABLE', text: this.#whyClosed(only) };
    return { code: 'HOST_UNREACHABLE', text: `None of its ${among.length} agent hosts can be reached. ${among.map((id) => this.#whyClosed(id)).join(' ')}` };
  }

  /** Chooses the host for a session that would start now. */
  choose(session: SessionRow): { readonly hostId: string } | { readonly reason: Reason } {
    if (session.hostId !== '') return { hostId: session.hostId };
    const open = this.among(session).filter((id) => this.#presence.isOpen(id));
    const free = open.filter((id) => !this.#folderBusy(session, id));
    if (free.length === 0 && open.length > 0) return { reason: { code: 'FOLDER_BUSY', text: 'Waits: another session works in the same folder.' } };
    const hostId = this.#deps.hosts.choose(free);
    return hostId === null
      ? { reason: { code: 'HOST_NONE', text: `No agent host takes it now: ${free.map((id) => this.#whyNot(id)).join(', ')}.` } }
      : { hostId };
  }

  /** Where work that was lost on a host may be begun anew: open hosts that have the repository too. */
  elsewhere(session: SessionRow): string[] {
    return this.among({ ...session, hostId: '' }).filter((id) => id !== session.hostId && this.#presence.isOpen(id));
  }

  /** A task that works in the repository's own folder may go to a host where nobody else does. */
  #folderBusy(session: SessionRow, hostId: string): boolean {
    const { store } = this.#deps;
    if (session.branch !== null || store.tasks.get(session.taskId)?.isolation.mode !== 'in-place') return false;
    const repository = store.repositories.get(session.repositoryId);
    const folder = repository && pathOn(repository, hostId);
    return store.sessions.inStatus(LIVE_SESSION).some((each) => each.hostId === hostId && each.cwd === folder);
  }

  #whyClosed(hostId: string): string {
    const { store, hosts } = this.#deps;
    if (store.hosts.get(hostId) === null) return `The agent host "${store.hosts.nameOf(hostId) ?? hostId}" it worked on was removed.`;
    const { cause } = hosts.of(hostId).health();
    if (hostId === LOCAL_HOST) return cause ?? 'Waits for the agent host.';
    return `Waits for the agent host "${this.#nameOf(hostId)}"${cause === null ? '.' : `: ${cause}`}`;
  }

  #whyNot(hostId: string): string {
    const admin = this.#deps.store.hosts.get(hostId)?.admin;
    const why = { draining: 'is being drained', ejected: 'was ejected by a person', active: 'is left out because of failures' }[admin ?? 'active'];
    return `"${this.#nameOf(hostId)}" ${why}`;
  }

  #nameOf(hostId: string): string {
    return this.#deps.store.hosts.nameOf(hostId) ?? hostId;
  }
}
