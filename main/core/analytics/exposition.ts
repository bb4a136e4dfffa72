/** The core's figures for Prometheus: what is now, and the analytics' totals since the start. Times in seconds, as its readers expect. Pure but for what is read. */
import type { CatalogueEntry } from '#shared/domain/metric.ts';
import type { Hosts } from '#shared/host-protocol/link.ts';
import type { Metric, Sample } from '#shared/lib/exposition.ts';
import type { Store } from '#store/store.ts';
import type { Total } from './totals.ts';

const QUANTILES = [0.5, 0.95, 0.99];

type Core = { readonly version: string; readonly startedAt: number; readonly store: Store; readonly hosts: Hosts };

export function coreMetrics({ version, startedAt, store, hosts }: Core): Metric[] {
  const live = store.sessions.inStatus(['queued', 'starting', 'running', 'waiting']);
  const states = ['queued', 'starting', 'running', 'waiting'].map((state): Sample => ({
    labels: { state },
    value: live.filter(({ status }) => status === state).length,
  }));
  const gauge = (name: string, help: string, samples: Sample[]): Metric => ({ name, help, type: 'gauge', samples });
  return [
    gauge('acc_core_info', 'Which version runs; always 1.', [{ labels: { version }, value: 1 }]),
    gauge('acc_core_start_time_seconds', 'When the core started, in seconds since the epoch.', [{ value: startedAt / 1000 }]),
    gauge('acc_core_resident_memory_bytes', 'Resident memory of the core.', [{ value: process.memoryUsage.rss() }]),
    gauge('acc_core_store_ok', '1 while the store takes writes.', [{ value: store.state().state === 'ok' ? 1 : 0 }]),
    gauge('acc_core_sessions', 'Sessions now, by state.', states),
    gauge(
      'acc_core_host_ready',
      '1 while an agent host can be reached.',
      hosts.all().map(({ hostId, name, state }) => ({ labels: { host: hostId, name }, value: state === 'ready' ? 1 : 0 })),
    ),
  ];
}

/** Totals as counters, gauges and summaries. Names that become the same are told as one, by the kind that came first. */
export function metricsOf(totals: readonly Total[], entries: readonly Pick<CatalogueEntry, 'name' | 'title' | 'unit'>[]): Metric[] {
  const known = new Map(entries.map((entry) => [entry.name, entry]));
  const families = new Map<string, { kind: Total['kind']; metric: Metric; samples: Sample[]; seen: Set<string> }>();
  for (const total of totals) {
    const entry = known.get(total.metric);
    const isTime = entry?.unit === 'ms';
    const name = nameOf(total, isTime);
    let family = families.get(name);
    if (!family) {
      const samples: Sample[] = [];
      const type = total.kind === 'distribution' ? 'summary' : total.kind;
      family = { kind: total.kind, metric: { name, help: `${entry?.title ?? total.metric}.`, type, samples }, samples, seen: new Set() };
      families.set(name, family);
    }
    const labels = labelsOf(total.tags);
    const key = JSON.stringify(labels);
    if (family.kind !== total.kind || family.seen.has(key)) continue;
    family.seen.add(key);
    family.samples.push(...samplesOf(total, labels, isTime ? 1000 : 1));
  }
  return [...families.values()].map(({ metric }) => metric);
}

function samplesOf({ kind, n, sum, last, sketch }: Total, labels: Record<string, string>, per: number): Sample[] {
  if (kind === 'counter') return [{ labels, value: sum / per }];
  if (kind === 'gauge') return [{ labels, value: last / per }];
  const quantiles = QUANTILES.map((quantile): Sample => ({
    labels: { ...labels, quantile: String(quantile) },
    value: (sketch?.quantile(quantile) ?? Number.NaN) / per,
  }));
  return [...quantiles, { suffix: '_sum', labels, value: sum / per }, { suffix: '_count', labels, value: n }];
}

function nameOf({ metric, kind }: Total, isTime: boolean): string {
  const base = `acc_${isTime ? metric.replace(/_ms$/, '_seconds') : metric}`.replaceAll(/[^a-zA-Z0-9_]/g, '_');
  return kind === 'counter' ? `${base}_total` : base;
}

/** Names Prometheus takes; `quantile` is its own. */
function labelsOf(tags: Total['tags']): Record<string, string> {
  const named = Object.entries(tags).map(([name, value]) => {
    const safe = name.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^__/, '_');
    return [safe === 'quantile' || safe === 'le' ? `tag_${safe}` : safe, value] as const;
  });
  return Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
