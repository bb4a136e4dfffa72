/** What a person writes to add or change an agent host, and whether it can be sent. Pure. */
import type { AgentHost, TlsFiles } from '#shared/domain/connection.ts';

export type HostDraft = { readonly name: string; readonly url: string; readonly token: string; readonly tls: TlsFiles; readonly weight: number | null };

export const noTls: TlsFiles = { caFile: '', certFile: '', keyFile: '', serverName: '' };
export const emptyDraft: HostDraft = { name: '', url: '', token: '', tls: noTls, weight: 1 };
export const draftOf = (host: AgentHost): HostDraft => ({ name: host.name, url: host.url, token: '', tls: host.tls, weight: host.weight });

/** Shorter tokens are refused by every host. */
export const TOKEN_LENGTH = 32;

export type DraftFaults = { readonly url?: string; readonly token?: string; readonly tls?: string };

/** What keeps the draft from being sent; empty when nothing does. Fields a person has not begun are not faulted here: see `ready`. */
export function faultsOf(draft: HostDraft): DraftFaults {
  const url = draft.url.trim() === '' ? undefined : urlFault(draft.url.trim());
  const short = draft.token !== '' && draft.token.trim().length < TOKEN_LENGTH;
  const pair = (draft.tls.certFile.trim() === '') !== (draft.tls.keyFile.trim() === '');
  return {
    ...(url === undefined ? {} : { url }),
    ...(short ? { token: `A token has at least ${TOKEN_LENGTH} characters; this has ${draft.token.trim().length}.` } : {}),
    ...(pair ? { tls: 'A client certificate and its key belong together.' } : {}),
  };
}

function urlFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^(wss?|https?):$/.test(url.protocol)) return 'An address begins with wss:// (with TLS) or ws://, then host and port: wss://build-1:4700.';
  if (url.hostname === '') return 'The name or number of the host is missing.';
  return url.username !== '' || url.search !== '' ? 'The address holds no token and no password: the token has its own field.' : undefined;
}

/** Whether everything that is needed is there. @param known a host that has a token already may keep it */
export const isReady = (draft: HostDraft, known = false): boolean =>
  draft.url.trim() !== '' && (known || draft.token.trim() !== '') && draft.weight !== null && Object.keys(faultsOf(draft)).length === 0;

export const isSecure = (url: string): boolean => /^(wss|https):/i.test(url.trim());

/** An address without TLS that leaves this machine: everybody on the way can read what goes over it. */
export function isBare(text: string): boolean {
  if (isSecure(text) || urlFault(text.trim()) !== undefined) return false;
  const { hostname } = new URL(text.trim());
  return !(hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.'));
}

/** The draft as it is sent; paths without blanks around them, no TLS files for an address without TLS. */
export const sent = ({ name, url, token, tls, weight }: HostDraft) => ({
  name: name.trim(),
  url: url.trim(),
  token: token.trim(),
  weight: weight ?? 1,
  tls: isSecure(url) ? { caFile: tls.caFile.trim(), certFile: tls.certFile.trim(), keyFile: tls.keyFile.trim(), serverName: tls.serverName.trim() } : noTls,
});
