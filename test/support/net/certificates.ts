/** Certificates for tests, made anew each time: no key lies in the repository and none expires there. P-256, signed with node:crypto. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, integer, octets, oid, sequence, set, tagged, text, time, yes } from './der.ts';

export type Certificate = { readonly cert: string; readonly key: string };

type Authority = Certificate & { readonly name: string; readonly signer: KeyObject };

const DAY_MS = 86_400_000;

/** A CA of its own. @param name its common name */
export function makeAuthority(name = 'Test CA'): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const made = issue({ subject: name, issuer: name, publicKey, signer: privateKey, names: [], from: -1, days: 3650, authority: true });
  return { name, signer: privateKey, cert: made, key: pem(privateKey) };
}

/**
 * A certificate of that CA.
 * @param names DNS names and addresses it is for
 * @param days until it expires; negative for one that has expired
 */
export function makeCertificate(ca: Authority, names: readonly string[], days = 30): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const from = Math.min(-1, days - 30);
  return {
    cert: issue({ subject: names[0] ?? 'client', issuer: ca.name, publicKey, signer: ca.signer, names, from, days, authority: false }),
    key: pem(privateKey),
  };
}

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const commonName = (name: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), text(name))));

function issue(what: {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signer: KeyObject;
  names: readonly string[];
  /** Days from now. */
  from: number;
  days: number;
  authority: boolean;
}): string {
  const at = (days: number): Buffer => time(new Date(Date.now() + days * DAY_MS));
  // The first byte keeps the number positive.
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const names = what.names.map((name) => (isIP(name) === 4 ? tagged(7, Buffer.from(name.split('.').map(Number)), false) : tagged(2, Buffer.from(name), false)));
  const extensions = [
    sequence(oid('2.5.29.19'), yes(), octets(what.authority ? sequence(yes()) : sequence())),
    ...(names.length > 0 ? [sequence(oid('2.5.29.17'), octets(sequence(...names)))] : []),
  ];
  const body = sequence(
    tagged(0, integer(Buffer.from([2])), true),
    integer(serial),
    ECDSA_SHA256,
    commonName(what.issuer),
    sequence(at(what.from), at(what.days)),
    commonName(what.subject),
    what.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions), true),
  );
  const der = sequence(body, ECDSA_SHA256, bits(sign('sha256', body, what.signer)));
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}
