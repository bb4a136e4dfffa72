/** Identifiers: a prefix that names the kind, then 26 characters that sort by time of creation (ULID layout). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdPrefix =
  | 'rep' // repository
  | 'tsk' // task
  | 'pln' // plan
  | 'nod' // node
  | 'att' // attempt
  | 'ses' // session
  | 'per' // permission request
  | 'rul' // permission rule
  | 'chg' // change
  | 'chk' // check run
  | 'dec' // decision in the audit log
  | 'cmd' // command to an agent host (its idempotency key)
  | 'host' // agent host, for as long as its data folder lives
  | 'hst' // agent host as the lead registered it
  | 'ctr' // control center, for as long as its store lives
  | 'lod' // load test
  | 'arl' // alert rule
  | 'ach' // channel alerts are told through
  | 'alt' // alert
  | 'sch' // schedule of a report
  | 'rpt' // report
  | 'dash' // dashboard
  | 'tile'; // tile of a dashboard

/**
 * Makes a new identifier such as `ses_01jd8k…`.
 * @param prefix the kind of thing it names
 * @param now milliseconds since the epoch; the first 10 characters encode it
 */
export function newId(prefix: IdPrefix, now: number = Date.now()): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time;
  let noise = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) noise += ALPHABET[byte % 32];
  return `${prefix}_${time}${noise}`;
}
