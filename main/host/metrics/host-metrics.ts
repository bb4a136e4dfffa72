/** What `/metrics` of a host tells: its links and connections, what passes over them, its sessions, its own health. */
import type { Transport } from '#shared/domain/connection.ts';
import type { HostIdentity, HostLoad } from '#shared/host-protocol/frames.ts';
import { DURATION_BOUNDS, type Counters } from './counters.ts';
import { histogram, type Metric, type Sample } from '#shared/lib/exposition.ts';

export type HostFacts = {
  readonly identity: Omit<HostIdentity, 'workRoot'>;
  readonly counters: Counters;
  readonly load: HostLoad;
  readonly draining: boolean;
  readonly links: readonly { readonly role: 'center' | 'probe'; readonly size: number; readonly inFlight: number }[];
  readonly connections: Readonly<Record<Transport, number>>;
  /** Open TCP sockets, of whatever use. */
  readonly sockets: number;
  /** Sessions that run now, by kind of agent. */
  readonly sessions: Readonly<Record<string, number>>;
  /** Events that sessions said since the start. */
  readonly eventsIn: number;
};

export function hostMetrics(facts: HostFacts): Metric[] {
  const { identity, counters, load, links } = facts;
  const gauge = (name: string, help: string, samples: number | Sample[]): Metric => metric('gauge', name, help, samples);
  const counter = (name: string, help: string, samples: number | Sample[]): Metric => metric('counter', name, help, samples);
  return [
    gauge('acc_host_info', 'Who this agent host is; always 1.', [{ labels: { id: identity.id, name: identity.name, version: identity.version }, value: 1 }]),
    gauge('acc_host_start_time_seconds', 'When the process started, in seconds since the epoch.', identity.startedAt / 1000),
    gauge('acc_host_draining', '1 while the host takes no new sessions.', facts.draining ? 1 : 0),
    gauge('acc_host_links', 'Links with at least one connection, by role.', by('role', count(links, 'center'), count(links, 'probe'))),
    gauge('acc_host_connections', 'Ready connections by what carries them.', labelled('transport', facts.connections)),
    gauge('acc_host_sockets', 'Open TCP sockets.', facts.sockets),
    gauge('acc_host_sessions', 'Sessions that run, by kind of agent.', labelled('kind', facts.sessions)),
    counter('acc_host_events_in_total', 'Events that sessions said.', facts.eventsIn),
    counter('acc_host_events_out_total', 'Events sent to centers and probes.', counters.eventsOut),
    counter('acc_host_events_again_total', 'Events to be sent again after a loss or at the request of a center.', counters.eventsAgain),
    counter('acc_host_acks_total', 'Acknowledgements of streams.', counters.acks),
    counter('acc_host_resumes_total', 'Streams that a center asked for again.', counters.resumes),
    counter('acc_host_live_left_out_total', 'Live parts left out because a connection was busy.', counters.liveLeftOut),
    counter('acc_host_frames_in_total', 'Frames received.', counters.framesIn),
    counter('acc_host_frames_unknown_total', 'Frames received of a kind this version does not know, which are ignored.', counters.framesUnknown),
    gauge('acc_host_spooled_bytes', 'Bytes of events on disk that are not acknowledged.', load.spooledBytes),
    counter('acc_host_commands_total', 'Commands by outcome.', labelled('outcome', { ...counters.commands, repeated: counters.repeats })),
    metric('histogram', 'acc_host_command_duration_seconds', 'From the arrival of a command to its answer.', histogram(DURATION_BOUNDS, counters.durations)),
    gauge(
      'acc_host_commands_in_flight',
      'Commands under way.',
      links.reduce((sum, link) => sum + link.inFlight, 0),
    ),
    counter(
      'acc_host_refused_handshakes_total',
      'Connections that were refused before they were ready, by reason.',
      labelled('reason', Object.fromEntries(counters.refused)),
    ),
    gauge('acc_host_loop_delay_seconds', 'Largest 99th percentile of the event loop delay in the last 5 s.', load.loopDelayMs / 1000),
    gauge('acc_host_resident_memory_bytes', 'Resident memory of the host itself, without its agents.', load.rssBytes),
  ];
}

function metric(type: Metric['type'], name: string, help: string, samples: number | Sample[]): Metric {
  return { type, name, help, samples: typeof samples === 'number' ? [{ value: samples }] : samples };
}

const labelled = (label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));

const by = (label: string, center: number, probe: number): Sample[] => labelled(label, { center, probe });

const count = (links: HostFacts['links'], role: 'center' | 'probe'): number => links.filter((link) => link.role === role && link.size > 0).length;
