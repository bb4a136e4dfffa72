/** What a network says, as faults a person can act on: one table for errors, one for close codes, one for HTTP answers. */
import { CloseCode } from '#shared/host-protocol/frames.ts';
import { Refusal } from '#shared/host-protocol/http.ts';
import { parseJson } from '#shared/lib/json.ts';
import type { Fault } from '#shared/lib/fault.ts';

type Words = { readonly code: string; readonly message: string; readonly fix: string };

const WORDS = {
  refused: {
    code: 'HOST_REFUSED',
    message: 'Nothing listens at the address of the agent host.',
    fix: 'Start the host there with `acc host`, or correct the address and port in Connections.',
  },
  dns: {
    code: 'HOST_DNS',
    message: 'The name of the agent host cannot be resolved.',
    fix: 'Correct the name in Connections, or look at the DNS of this machine. It is tried again by itself.',
  },
  dialTimeout: {
    code: 'HOST_DIAL_TIMEOUT',
    message: 'The agent host did not answer the dial in time.',
    fix: 'Check that the machine is up and that no firewall drops the port. It is tried again by itself.',
  },
  unreachable: {
    code: 'HOST_UNREACHABLE',
    message: 'There is no way through the network to the agent host.',
    fix: 'Check the network of this machine. It is tried again by itself.',
  },
  tls: {
    code: 'HOST_TLS',
    message: 'No secure connection to the agent host could be made.',
    fix: 'Correct the certificate on the host, or the CA, client certificate or server name of this host in Connections.',
  },
  unauthorized: {
    code: 'HOST_UNAUTHORIZED',
    message: 'The agent host does not accept the token.',
    fix: 'Enter a token of the file the host was started with in Connections.',
  },
  version: {
    code: 'HOST_VERSION',
    message: 'The agent host speaks no version of the protocol that this app speaks.',
    fix: 'Use the same version of the app on both sides.',
  },
  protocol: {
    code: 'HOST_PROTOCOL',
    message: 'What came from the agent host is not its protocol.',
    fix: 'Check that the address is an agent host, and use the same version of the app on both sides.',
  },
  replaced: {
    code: 'HOST_REPLACED',
    message: 'Another control center with the same data folder took this connection over.',
    fix: 'Close one of the two; then press Reconnect in Connections.',
  },
  busy: {
    code: 'HOST_BUSY',
    message: 'The agent host takes no more connections now.',
    fix: 'Close control centers you do not need, or lower the sockets of this host. It is tried again by itself.',
  },
  blocked: {
    code: 'HOST_BLOCKED',
    message: 'Something on the way to the agent host blocks the connection.',
    fix: 'Ask who runs the proxy or firewall in between to let WebSocket or plain HTTP through to the host.',
  },
  lost: {
    code: 'HOST_LOST',
    message: 'The connection to the agent host was lost.',
    fix: 'Nothing: it is dialled again by itself, and what happened meanwhile follows.',
  },
} satisfies Record<string, Words>;

/** What may wait in one channel for the network, in bytes. Beats find a network that is gone much sooner; this is the bound when they do not. */
export const STUCK_BYTES = 64 * 1024 * 1024;
export const STUCK = 'The host took nothing while too much waited for it.';

const say = (words: Words, why?: string): Fault => (why ? { ...words, why } : { ...words });

const NO_TLS = 'The other side does not speak TLS.';
const TLS_WHY: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate of the host has expired.',
  CERT_NOT_YET_VALID: 'The certificate of the host is not valid yet: the clock of one of the machines may be wrong.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of the host is for another name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of the host is signed by itself, and no CA for it was given.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate of the host is from a CA that is not known here.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate of the host is from a CA that is not known here.',
  UNABLE_TO_GET_ISSUER_CERT: 'The certificate of the host is from a CA that is not known here.',
  CERT_SIGNATURE_FAILURE: 'The certificate of the host is from another CA of the same name.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'The certificate of the host is from a CA that is not known here.',
  CERT_REVOKED: 'The certificate of the host was revoked.',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'The host wants a client certificate and was shown none.',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'The host does not know the CA of the client certificate.',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'The host does not accept the client certificate.',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'The client certificate has expired.',
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
};

const REFUSED = new Set(['ECONNREFUSED']);
const NAMES = /^(ENOTFOUND|ENODATA|ESERVFAIL|EAI_[A-Z]+)$/;
const NO_WAY = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE']);
const ENDED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const TLS_CODE = /^(EPROTO$|ERR_SSL_|ERR_TLS_|ERR_OSSL_|ERR_CRYPTO_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)/;

/**
 * An error of a socket, request or handshake.
 * @param opened whether the channel was open already: then it is a loss, else a dial that failed
 * @param shown whether a client certificate was shown: a host that does not accept it may cut the connection without a word
 */
export function errorFault(error: unknown, opened: boolean, shown = false): Fault {
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (code.startsWith('WS_ERR_')) return say(WORDS.protocol, text);
  if (TLS_CODE.test(code)) return say(WORDS.tls, tlsWhy(code, text));
  if (opened) return say(WORDS.lost, text);
  if (code === 'ERR_INVALID_CHAR') return say(WORDS.unauthorized, 'The token has characters that no token may have.');
  if (REFUSED.has(code)) return say(WORDS.refused, text);
  if (NAMES.test(code)) return say(WORDS.dns, text);
  if (code === 'ETIMEDOUT') return say(WORDS.dialTimeout, text);
  if (NO_WAY.has(code)) return say(WORDS.unreachable, text);
  const cut = ENDED.has(code) || text === 'socket hang up';
  if (cut && shown) return say(WORDS.tls, 'The host cut the connection when it had seen the client certificate: it may not accept it.');
  if (cut) return say(WORDS.blocked, 'The connection was cut before it was open.');
  // What is left before the opening is an answer that no host gives: a broken handshake, something that is not HTTP.
  return say(WORDS.blocked, text);
}

/** The dial took longer than it may. @param timeoutMs the limit, in milliseconds */
export const dialTimeoutFault = (timeoutMs: number): Fault => say(WORDS.dialTimeout, `No answer within ${timeoutMs} ms.`);

/** The host sent what is not its protocol. */
export const protocolFault = (why: string): Fault => say(WORDS.protocol, why);

/** The channel ended without an error of its own. */
export const lostFault = (why: string): Fault => say(WORDS.lost, why);

/** Something in between answers in the host's place. */
export const blockedFault = (why: string): Fault => say(WORDS.blocked, why);

/** The host, or something in between, closed with one of `CloseCode` or a WebSocket's own codes. */
export function closeFault(code: number, reason: string): Fault {
  const why = reason.slice(0, 500) || `Closed with ${code}.`;
  switch (code) {
    case CloseCode.unauthorized:
      return say(WORDS.unauthorized, why);
    case CloseCode.version:
      return say(WORDS.version, why);
    case CloseCode.replaced:
      return say(WORDS.replaced, why);
    case CloseCode.busy:
      return say(WORDS.busy, why);
    case CloseCode.badFrame:
    case 1002:
    case 1003:
    case 1007:
    case 1009:
      return say(WORDS.protocol, why);
    case 1006:
      return say(WORDS.lost, 'The connection ended without a word.');
    default:
      return say(WORDS.lost, why);
  }
}

/**
 * An HTTP answer that is not the one asked for. A host says why in a body; what comes without one is from something in between, except a
 * 401, which any proxy passes on as it is.
 * @param trusted a 403 without a host's body counts as the host's own: no better is known on plain HTTP
 */
export function statusFault(status: number, body: string, trusted: boolean): Fault {
  const refusal = Refusal.safeParse(parseJson(body));
  if (refusal.success) return closeFault(refusal.data.code, refusal.data.reason);
  if (status === 401 || (status === 403 && trusted)) return say(WORDS.unauthorized, `HTTP ${status}.`);
  if (status >= 300 && status < 400) return say(WORDS.blocked, `HTTP ${status}: a redirect, which is never followed because the token would go with it.`);
  return say(WORDS.blocked, `HTTP ${status}.`);
}

function tlsWhy(code: string, text: string): string {
  if (text.includes('wrong version number')) return NO_TLS;
  const known = TLS_WHY[code];
  return known ? `${known} (${code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? text : code})` : text;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
