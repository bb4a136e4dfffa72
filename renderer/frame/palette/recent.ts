/** What was chosen in the palette lately, newest first, so that it comes first again. */
import { recall, remember } from '../../lib/prefs.ts';

const KEY = 'palette.recent';
const MOST = 12;

/** Ids of the last choices, newest first. */
export const recentIds = (): string[] => (recall(KEY) ?? '').split('\n').filter((id) => id !== '');

export function noteChoice(id: string): void {
  remember(KEY, [id, ...recentIds().filter((one) => one !== id)].slice(0, MOST).join('\n'));
}
