/** TLS for a dial: what the lead gave, or the roots of Node and of the system. */
import type { SecureContext } from 'node:tls';
import type { TlsMaterial } from '../types.ts';

export type TlsOptions = { readonly secureContext: SecureContext; readonly servername?: string };

/** Contexts are kept because parsing certificates costs milliseconds and a host is dialled often. A changed certificate is another key. */
const KEPT = 16;
const contexts = new Map<string, SecureContext>();
let roots: string[] | null = null;

/** @throws what OpenSSL says of a certificate or key that cannot be read (`ERR_OSSL_…`) */
export function tlsOptions(material: TlsMaterial): TlsOptions {
  const secureContext = contextOf(material);
  return material.serverName ? { secureContext, servername: material.serverName } : { secureContext };
}

function contextOf({ ca, cert, key }: TlsMaterial): SecureContext {
  const name = JSON.stringify([ca, cert, key]);
  const known = contexts.get(name);
  if (known) return known;
  // Loaded here: a core whose only host is on this machine never speaks TLS, and does without three megabytes.
  const { createSecureContext, getCACertificates } = process.getBuiltinModule('node:tls');
  const made = createSecureContext({
    ca: ca ?? (roots ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    minVersion: 'TLSv1.2',
  });
  contexts.set(name, made);
  const [oldest] = contexts.keys();
  if (contexts.size > KEPT && oldest !== undefined) contexts.delete(oldest);
  return made;
}
