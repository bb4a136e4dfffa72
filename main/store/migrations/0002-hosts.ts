/** Schema 2: many agent hosts. Which host a session and a run are on, the hosts themselves, what happened to their connections, load tests. */
export const hosts = {
  version: 2,
  name: 'hosts',
  sql: `
create table hosts (
  id text primary key, name text not null, url text not null, tls text not null, weight real not null, limits text not null,
  admin text not null, added_at integer not null, removed_at integer, rev integer not null
) without rowid;
/* This machine is always there: its host is a child of the core, so one connection is enough, and commands wait while it starts. What is left out of the JSON has its default. */
insert into hosts values ('local', 'This machine', '', '{}', 1, '{"minSockets":1,"acquireMs":30000}', 'active', 0, null, 0);

alter table sessions add column host_id text not null default 'local';
alter table runs add column host_id text not null default 'local';
create index runs_open_host on runs(host_id) where ended_at is null;
create index runs_lost_host on runs(host_id, ended_at) where exit_reason = 'host_lost';

/* Every state change of a host and its connections, with its cause. Kept for 30 days. */
create table host_events (
  seq integer primary key autoincrement, at integer not null, host_id text not null, kind text not null, from_state text not null, to_state text not null, cause text not null
);
create index host_events_host on host_events(host_id, seq);
create index host_events_at on host_events(at);

/* What the connections to a host did in one minute: counts and quantile sketches, as JSON. Kept for 30 days. */
create table connection_minutes (
  host_id text not null, minute integer not null, body text not null, primary key (host_id, minute)
) without rowid;

create table load_tests (id text primary key, started_at integer not null, status text not null, report text not null) without rowid;
create index load_tests_started on load_tests(started_at);
`,
} as const;
