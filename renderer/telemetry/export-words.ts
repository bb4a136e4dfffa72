/** How the export to a collector goes, in words. Pure but for the clock. */
import type { ExportState } from '#shared/contract/analytics.ts';
import type { ExportSettings } from '#shared/domain/settings.ts';
import { formatCount, formatRelative, plural } from '#shared/lib/format.ts';
import type { Tone } from '../components/tone.ts';
import { coreNow } from '../lib/clock.ts';

/** Whether it is on and well. */
export function exportStatus({ enabled, endpoint }: ExportSettings, { trouble, lastAt }: ExportState): { tone: Tone; word: string } {
  if (!enabled || endpoint === '') return { tone: 'off', word: 'off' };
  if (trouble) return { tone: 'bad', word: 'not taken' };
  return lastAt === null ? { tone: 'wait', word: 'nothing sent yet' } : { tone: 'ok', word: 'on' };
}

/** `12 requests taken, the last 40 s ago; 2 wait. The collector does not take them since 3 min ago: it answered 503.` */
export function exportText(settings: ExportSettings, { sent, dropped, waiting, lastAt, trouble }: ExportState): string {
  if (!settings.enabled || settings.endpoint === '') return 'Nothing is sent.';
  const now = coreNow();
  const parts = [lastAt === null ? 'No request taken yet' : `${plural(sent, 'request')} taken, the last ${formatRelative(lastAt, now)}`];
  if (waiting > 0) parts.push(`${formatCount(waiting)} ${waiting === 1 ? 'waits' : 'wait'}`);
  if (dropped > 0) parts.push(`${formatCount(dropped)} given up`);
  const good = `${parts.join('; ')}.`;
  return trouble ? `${good} Not taken since ${formatRelative(trouble.at, now)}: ${trouble.why}.` : good;
}
