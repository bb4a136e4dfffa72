/** Schema 3: what analytics keep beside the events: the ledger of measurements, dashboards, alerts, reports. */
export const analytics = {
  version: 3,
  name: 'analytics',
  sql: `
/* The ledger of measurements: written in the transaction of the fact it measures. The metrics' own database reads it in order and stores how far
   it came with the points; rows stay a while longer for the way from a figure to its events and for figures of one session, then they go. */
create table metric_tags (id integer primary key, tags text not null unique);
create table metric_outbox (
  seq integer primary key autoincrement, at integer not null, metric text not null, tags integer not null references metric_tags(id), value real not null,
  session_id text, event_seq integer,
  /* Of a metric that no catalogue knows: what its source says it is. */
  kind text
);
create index metric_outbox_metric on metric_outbox(metric, at);

/* What is older than the ledger and is still to be written into it: rows go as they are. Of some, what they were when the ledger began. */
create table metric_history (
  part text not null, id text not null, upto integer not null default 0, done integer not null default 0, body text not null default '{}', primary key (part, id)
) without rowid;
insert into metric_history (part, id, upto, body)
  select 'session', id, events, json_object('status', status, 'createdAt', created_at, 'startedAt', started_at, 'endedAt', ended_at, 'activeMs', active_ms, 'blockedMs', blocked_ms) from sessions;
insert into metric_history (part, id, body)
  select 'change', id, json_object('status', status, 'rounds', rounds, 'createdAt', created_at, 'decidedAt', decided_at) from changes;
insert into metric_history (part, id) select 'permission', id from permissions where answered_at is not null;
insert into metric_history (part, id) select 'check', id from check_runs where ended_at is not null;
insert into metric_history (part, id, upto) select 'plan', p.id, max(e.seq) from plans p join plan_events e on e.plan_id = p.id group by p.id;
insert into metric_history (part, id, upto) select 'decisions', '', max(seq) from decisions having max(seq) is not null;

/* Telemetry of sessions outside the app: how far the stream of each run of a host is stored, requests that are known so that none counts twice,
   counters that only grow as they were last seen, and what came of it all. */
create table telemetry_streams (
  host_id text not null, session_id text not null, epoch text not null, boot text not null, seq integer not null, primary key (session_id, epoch)
) without rowid;
create index sessions_agent_session on sessions(agent_session_id) where agent_session_id is not null;
create table telemetry_requests (key text primary key, at integer not null) without rowid;
create index telemetry_requests_at on telemetry_requests(at);
create table telemetry_totals (series text primary key, start_at integer not null, value real not null, at integer not null) without rowid;
create index telemetry_totals_at on telemetry_totals(at);
create table telemetry_counts (name text primary key, n integer not null) without rowid;

create table dashboards (id text primary key, body text not null, created_at integer not null, rev integer not null) without rowid;

create table alert_rules (id text primary key, body text not null, created_at integer not null, rev integer not null) without rowid;
create table alert_channels (id text primary key, body text not null, created_at integer not null, rev integer not null) without rowid;
/* State of each rule, so that a restart neither fires again nor forgets. */
create table alert_states (rule_id text primary key, body text not null) without rowid;
/* due_at: when the next notification of it is to be told, null when all are; the notifications themselves are in the body. */
create table alerts (
  id text primary key, rule_id text not null, started_at integer not null, ended_at integer, due_at integer, body text not null, rev integer not null
) without rowid;
create index alerts_started on alerts(started_at);
create index alerts_open on alerts(rule_id) where ended_at is null;
create index alerts_due on alerts(due_at) where due_at is not null;
create index alerts_rev on alerts(rev);

create table report_schedules (id text primary key, body text not null, created_at integer not null, rev integer not null) without rowid;
create table reports (id text primary key, body text not null, made_at integer not null) without rowid;
create index reports_made on reports(made_at);
`,
} as const;
