/** Alerts in words. Pure. */
import type { Alert, AlertChannel, AlertRule, AlertState, Severity } from '#shared/domain/alert.ts';
import type { Tone } from '../../components/tone.ts';
import { queryTitle, type Metrics } from '../model/asked.ts';
import { plainQuery } from '../model/new-tile.ts';
import { spanText } from '../model/ranges.ts';
import { tellValue, unitOfAsked } from '#shared/lib/units.ts';
import type { Unit } from '#shared/domain/metric.ts';

export const stateWords: Readonly<Record<AlertState, { word: string; tone: Tone }>> = {
  ok: { word: 'ok', tone: 'ok' },
  'no-data': { word: 'not enough data', tone: 'off' },
  firing: { word: 'firing', tone: 'bad' },
  acknowledged: { word: 'acknowledged', tone: 'wait' },
  cooling: { word: 'cooling down', tone: 'off' },
};

export const severityWords: Readonly<Record<Severity, { word: string; tone: Tone }>> = {
  info: { word: 'info', tone: 'run' },
  warning: { word: 'warning', tone: 'wait' },
  critical: { word: 'critical', tone: 'bad' },
};

export const channelKinds: Readonly<Record<AlertChannel['kind'], string>> = {
  'in-app': 'In the app',
  os: 'Notification of the system',
  webhook: 'Webhook',
  slack: 'Slack webhook',
  email: 'Email',
};

export const channelWhere = (channel: AlertChannel): string => {
  switch (channel.kind) {
    case 'in-app':
      return 'Overview, rail and Analytics';
    case 'os':
      return 'this machine';
    case 'webhook':
      return `${channel.url}${channel.signed ? ', signed' : ''}`;
    case 'slack':
      return channel.host;
    case 'email':
      return `${channel.to.join(', ')} by ${channel.host}`;
  }
};

type Condition = Pick<AlertRule, 'metric' | 'aggregate' | 'op' | 'threshold' | 'windowMs' | 'minimumSample'>;

/** Unit of what a rule looks at. */
export function unitOf({ metric, aggregate }: Pick<AlertRule, 'metric' | 'aggregate'>, metrics: Metrics): Unit {
  return unitOfAsked(metrics.get(metric)?.unit ?? 'count', aggregate);
}

/** `Cost above $5.00 over 1 h, from 1 value on`. */
export function conditionText(rule: Condition, metrics: Metrics): string {
  const title = queryTitle(plainQuery(rule.metric, rule.aggregate ? { aggregate: rule.aggregate } : {}), metrics);
  return `${title} ${rule.op} ${tellValue(unitOf(rule, metrics), rule.threshold)} over ${spanText(rule.windowMs)}, from ${rule.minimumSample} ${rule.minimumSample === 1 ? 'value' : 'values'} on`;
}

/** What an alert is now. */
export function alertState(alert: Alert): { word: string; tone: Tone } {
  if (alert.test) return { word: 'test', tone: 'off' };
  if (alert.endedAt !== null) return { word: 'over', tone: 'off' };
  return alert.acknowledgedBy === null ? stateWords.firing : stateWords.acknowledged;
}
