/** Keeps personal data out of the analytics: what names a person by address is hashed or left out before anything is stored. */
import { createHash } from 'node:crypto';
import type { Tags } from '#shared/domain/metric.ts';

/** Attributes of telemetry that say who somebody is. */
const DROPPED = /(^|[._])(email|e_mail|phone|full_?name|account_uuid|account_id)$/i;
const ADDRESS = /[^\s@]+@[^\s@]+/;
const MAX_TAGS = 16;
const MAX_NAME = 64;
const MAX_VALUE = 200;

/** The same person is the same value, and the address cannot be read from it. */
export const hashed = (text: string): string => `person-${createHash('sha256').update(text.trim().toLowerCase()).digest('hex').slice(0, 12)}`;

/** A value that looks like an address is told as its hash. */
export const withoutAddress = (value: string): string => (ADDRESS.test(value) ? hashed(value) : value);

/** Tags that may be stored: bounded, with names as the analytics allow them, without personal data. Never throws. */
export function privateTags(attributes: Readonly<Record<string, string>>): Tags {
  const tags: Tags = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (Object.keys(tags).length >= MAX_TAGS) break;
    if (DROPPED.test(name) || value === '') continue;
    const safe = name
      .replaceAll(/[^a-zA-Z0-9_.]/g, '_')
      .replace(/^[^a-zA-Z_]/, '_')
      .slice(0, MAX_NAME);
    if (safe !== '') tags[safe] = withoutAddress(value).slice(0, MAX_VALUE);
  }
  return tags;
}
