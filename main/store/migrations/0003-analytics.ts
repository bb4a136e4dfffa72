/** Schema 3: what analytics keep beside the events: facts on their way to the metrics' own database, dashboards, alerts, reports. */
export const analytics = {
  version: 3,
  name: 'analytics',
  sql: `
/* Written in the transaction of the fact it measures; read in order by the metrics, which store how far they came with the points; then deleted. */
create table metric_outbox (
  seq integer primary key autoincrement, at integer not null, metric text not null, tags text not null, value real not null,
  session_id text, event_seq integer
);

create table dashboards (id text primary key, body text not null, created_at integer not null, rev integer not null) without rowid;

create table alert_rules (id text primary key, body text not null, created_at integer not null, rev integer not null) without rowid;
create table alert_channels (id text primary key, body text not null, created_at integer not null, rev integer not null) without rowid;
/* State of each rule, so that a restart neither fires again nor forgets. */
create table alert_states (rule_id text primary key, body text not null) without rowid;
create table alerts (id text primary key, rule_id text not null, started_at integer not null, ended_at integer, body text not null, rev integer not null) without rowid;
create index alerts_started on alerts(started_at);
create index alerts_open on alerts(rule_id) where ended_at is null;

create table report_schedules (id text primary key, body text not null, created_at integer not null, rev integer not null) without rowid;
create table reports (id text primary key, body text not null, made_at integer not null) without rowid;
create index reports_made on reports(made_at);
`,
} as const;
