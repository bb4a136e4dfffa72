/** `acc://…` addresses: what another program may ask this one to show. They only ever choose a view; none of them acts. */
import { fail, ok, type Result } from '#shared/lib/fault.ts';

/** Views without an identifier. */
const plain: ReadonlyMap<string, string> = new Map([
  ['overview', '/'],
  ['inbox', '/inbox'],
  ['agents', '/agents'],
  ['review', '/review'],
  ['repositories', '/repositories'],
  ['settings', '/settings'],
  ['diagnostics', '/diagnostics'],
]);

/** Views of one thing, and the form of its identifier. */
const single: ReadonlyMap<string, { route: string; id: RegExp }> = new Map([
  ['session', { route: '/agents', id: /^ses_[0-9a-z]{26}$/ }],
  ['review', { route: '/review', id: /^chg_[0-9a-z]{26}$/ }],
  ['repository', { route: '/repositories', id: /^rep_[0-9a-z]{26}$/ }],
]);

/** The view of one thing, as an address inside the window. */
export const viewOf = {
  inbox: '/inbox',
  alerts: '/analytics/alerts',
  session: (id: string): string => `/agents/${encodeURIComponent(id)}`,
  change: (id: string): string => `/review/${encodeURIComponent(id)}`,
} as const;

/**
 * Reads a link such as `acc://session/ses_…`.
 * @returns the address inside the window, or `LINK_UNKNOWN` for anything that is not exactly one of ours
 */
export function readDeepLink(link: string): Result<string> {
  const match = /^acc:\/\/([a-z]+)(?:\/([0-9a-z_]*))?\/?$/.exec(link.slice(0, 200));
  const [, view = '', id = ''] = match ?? [];
  const route = id === '' ? plain.get(view) : undefined;
  if (match !== null && route !== undefined) return ok(route);
  const target = single.get(view);
  if (target?.id.test(id) === true) return ok(`${target.route}/${id}`);
  return fail('LINK_UNKNOWN', 'This link names nothing that the app can show.', { why: link.slice(0, 200) });
}
