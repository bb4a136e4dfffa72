/**
 * What of a client's attributes is kept as tags. Nothing that names a person leaves this file: who it was becomes one salted digest, so
 * that one person's figures stay together and nobody can be told from them; everything else that is personal or of the machine is left out.
 */
import { createHmac } from 'node:crypto';
import type { Tags } from '#shared/domain/metric.ts';
import type { Attributes } from './schema.ts';
import { otlpLimits } from './limits.ts';

export type Plain = ReadonlyMap<string, string>;
export type Labels = { readonly tags: Tags; /** The agent's own name of its session; empty when it gave none. */ readonly session: string };

/** Whose they are, best first. */
const PEOPLE = ['user.email', 'user.account_uuid', 'user.account_id', 'user.id', 'enduser.id'];
/** Of the machine or the account: not needed to count, and enough to find somebody. */
const PRIVATE =
  /^(user|enduser|organi[sz]ation|account|host|process|os|client|server|net|network|device|k8s|container|telemetry|session|event|prompt)([._]|$)|e-?mail|address|passw|secret|credential|path$|^cwd$/;
const OF_RESOURCE = new Set(['service.name']);
const EMAIL = /[^\s@]+@[^\s@]+\.[^\s@]+/;

/** Attributes with a value of one piece, as text. */
export function plain(attributes: Attributes): Map<string, string> {
  const out = new Map<string, string>();
  for (const { key, value } of attributes) {
    const text = value.stringValue ?? value.intValue ?? value.boolValue ?? value.doubleValue;
    if (text !== undefined) out.set(key, String(text));
  }
  return out;
}

/** A session that a control center runs is measured by what it says itself: what it exports beside would count twice. */
export const OWN_SESSION = 'acc.session';
export const isOwn = (resource: Plain): boolean => resource.has(OWN_SESSION);

export class Privacy {
  readonly #salt: string;

  /** @param salt of the host's data folder: digests of two hosts cannot be compared */
  constructor(salt: string) {
    this.#salt = salt;
  }

  /** @param only names that are kept of the attributes; all that may be without it */
  labels(resource: Plain, attributes: Plain, only?: readonly string[]): Labels {
    const tags: Record<string, string> = {};
    const keep = (name: string, value: string): void => {
      if (Object.keys(tags).length < otlpLimits.tags && !PRIVATE.test(name.toLowerCase())) tags[tagName(name)] = this.#value(value);
    };
    for (const [name, value] of resource) if (OF_RESOURCE.has(name)) keep(name, value);
    for (const [name, value] of attributes) if (only === undefined || only.includes(name)) keep(name, value);
    const who = PEOPLE.map((name) => attributes.get(name) ?? resource.get(name)).find((value) => value !== undefined && value !== '');
    if (who !== undefined) tags['person'] = this.#digest(who);
    const session = attributes.get('session.id') ?? resource.get('session.id') ?? '';
    return { tags, session: session.slice(0, 200) };
  }

  #value(text: string): string {
    return EMAIL.test(text) ? this.#digest(text) : text.slice(0, 200);
  }

  #digest(text: string): string {
    return `person-${createHmac('sha256', this.#salt).update(text.toLowerCase()).digest('hex').slice(0, 12)}`;
  }
}

const tagName = (name: string): string =>
  name
    .replaceAll(/[^a-zA-Z0-9_.]/g, '_')
    .replace(/^(?![a-zA-Z_])/, '_')
    .slice(0, 64);

/** A name as metrics have it here. */
export const metricName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.]/g, '_')
    .replace(/^(?![a-z])/, 'm_')
    .slice(0, 90);
