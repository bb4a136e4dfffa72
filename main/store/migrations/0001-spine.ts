/** Schema 1: the spine. Times are milliseconds since the epoch; `rev` is the global revision of a row's last change. */
export const spine = {
  version: 1,
  name: 'spine',
  sql: `
create table meta (key text primary key, value text not null) without rowid;

create table repositories (
  id text primary key, path text not null unique, name text not null, vcs text not null, settings text not null,
  present integer not null, added_at integer not null, archived_at integer, rev integer not null
) without rowid;

create table tasks (
  id text primary key, repository_id text not null references repositories(id), title text not null, body text not null,
  acceptance text not null, agent text not null, limits text not null, isolation text not null, allow text not null,
  idempotency_key text unique, created_at integer not null, rev integer not null
) without rowid;

create index tasks_rev on tasks(rev);

create table plans (id text primary key, task_id text not null unique references tasks(id), status text not null, created_at integer not null) without rowid;
create table nodes (
  id text primary key, plan_id text not null references plans(id), position integer not null, title text not null, body text not null,
  depends_on text not null, status text not null, attempts integer not null default 0, not_before integer, session_id text
) without rowid;
create index nodes_plan on nodes(plan_id, position);
create index nodes_ready on nodes(not_before) where status = 'ready';
create table attempts (
  id text primary key, node_id text not null references nodes(id), number integer not null, session_id text not null,
  status text not null, fault text, queued_at integer not null, started_at integer, ended_at integer, unique (node_id, number)
) without rowid;
/* Every transition of a plan, node or attempt, in order: the engine's own history. */
create table plan_events (seq integer primary key autoincrement, plan_id text not null, at integer not null, kind text not null, target_id text not null, from_status text, to_status text not null, detail text not null);
create index plan_events_plan on plan_events(plan_id, seq);
create index plan_events_ends on plan_events(at) where kind = 'node' and to_status in ('done', 'failed', 'cancelled');

create table sessions (
  id text primary key, task_id text not null references tasks(id), node_id text not null, attempt_id text not null,
  repository_id text not null references repositories(id), title text not null, agent text not null, status text not null,
  status_code text not null default '', status_text text not null default '', agent_session_id text,
  cwd text not null default '', branch text, base text, place text, limits text not null,
  created_at integer not null, queued_at integer not null, started_at integer, ended_at integer,
  active_ms integer not null default 0, blocked_ms integer not null default 0, active_since integer, blocked_since integer,
  last_event_at integer, activity text not null default '',
  context_tokens integer, context_window integer, rss_bytes integer, rss_peak_bytes integer,
  events integer not null default 0, items integer not null default 0, change_id text, settled integer not null default 1, archived_at integer,
  /* Sums over the session's runs, written with the run they change. */
  input_tokens integer not null default 0, output_tokens integer not null default 0, cache_read_tokens integer not null default 0,
  cache_write_tokens integer not null default 0, cost_usd real, turns integer not null default 0,
  /* What the next start gives the agent: a follow-up message waiting for its turn. */
  next_prompt text,
  /* Events whose items are in the search index: what lies above is indexed in the background. */
  indexed integer not null default 0, rev integer not null
) without rowid;
create index sessions_status on sessions(status, queued_at);
create index sessions_created on sessions(archived_at, created_at);
create index sessions_rev on sessions(rev);
create index sessions_task on sessions(task_id);
create index sessions_ended on sessions(ended_at);
create index sessions_unindexed on sessions(id) where indexed < events;

/* One process run of a session. Usage is cumulative within a run, so the latest replaces; a session's totals are sums over its runs. */
create table runs (
  session_id text not null references sessions(id), epoch text not null, number integer not null, last_seq integer not null default 0,
  started_at integer not null, ended_at integer, pid integer, exit_reason text, exit_code integer,
  input_tokens integer not null default 0, output_tokens integer not null default 0, cache_read_tokens integer not null default 0,
  cache_write_tokens integer not null default 0, cost_usd real, turns integer not null default 0,
  primary key (session_id, epoch)
) without rowid;

create index runs_open on runs(started_at) where ended_at is null;

create table session_events (
  session_id text not null, seq integer not null, epoch text not null, host_seq integer not null, at integer not null, kind text not null, body text not null,
  primary key (session_id, seq)
) without rowid;
create unique index session_events_once on session_events(session_id, epoch, host_seq);
create index session_events_tools on session_events(at) where kind = 'tool_call';

/* What each usage report added to its run: the ledger behind daily budgets and the timeline. Negative never: a report below the last one adds nothing. */
create table usage_points (
  session_id text not null, seq integer not null, at integer not null, output_tokens integer not null, cost_usd real not null,
  primary key (session_id, seq)
) without rowid;
create index usage_points_at on usage_points(at, output_tokens, cost_usd);

create table transcript_items (
  session_id text not null, idx integer not null, key text not null, rev integer not null, at integer not null, kind text not null, body text not null,
  primary key (session_id, idx)
) without rowid;
create unique index transcript_items_key on transcript_items(session_id, key);
create index transcript_items_rev on transcript_items(session_id, rev);

create table permissions (
  id text primary key, session_id text not null references sessions(id), request_id text not null, epoch text not null, tool text not null,
  title text not null, input text not null, reason text, rules text not null, questions text not null default '[]', answers text not null default '{}', status text not null, note text, answered_by text,
  asked_at integer not null, answered_at integer, rev integer not null, unique (session_id, epoch, request_id)
) without rowid;
create index permissions_status on permissions(status, asked_at);
create index permissions_rev on permissions(rev);
create index permissions_answered on permissions(answered_at);
create index permissions_asked on permissions(asked_at);
create table permission_rules (id text primary key, repository_id text, rule text not null, created_at integer not null, created_by text not null, removed_at integer) without rowid;

create table changes (
  id text primary key, task_id text not null references tasks(id), session_id text not null references sessions(id), repository_id text not null,
  title text not null, status text not null, mode text not null, place text not null, branch text, target_branch text, base text not null, snapshot text not null,
  files text not null, added integer not null, deleted integer not null, summary text not null, rounds integer not null default 0,
  merged_sha text, merged_before text, merge_method text, conflicts text not null default '[]', skipped text not null default '[]', note text not null default '', viewed text not null default '[]',
  created_at integer not null, decided_at integer, rev integer not null
) without rowid;
create index changes_status on changes(status, created_at);
create index changes_rev on changes(rev);
create index changes_session on changes(session_id);
create index changes_decided on changes(decided_at);
create index changes_created on changes(created_at);
create table check_runs (
  id text primary key, change_id text not null references changes(id), name text not null, command text not null, status text not null, exit_code integer,
  output text not null default '', cut integer not null default 0, snapshot text not null, started_at integer not null, ended_at integer
) without rowid;
create index check_runs_change on check_runs(change_id, started_at);
create index check_runs_ended on check_runs(ended_at);

create index check_runs_running on check_runs(started_at) where status = 'running';

/* Append-only: triggers refuse any change. */
create table decisions (
  seq integer primary key autoincrement, id text not null unique, at integer not null, actor text not null, action text not null,
  target_kind text not null, target_id text not null, detail text not null, undoes text
);
create index decisions_target on decisions(target_id, seq);
create index decisions_at on decisions(at);
create index decisions_intent on decisions(seq) where action in ('approve.intent', 'undo.intent');
create trigger decisions_no_update before update on decisions begin select raise(abort, 'decisions are append-only'); end;
create trigger decisions_no_delete before delete on decisions begin select raise(abort, 'decisions are append-only'); end;
/* An "insert or replace" removes a row without asking the trigger above. */
create trigger decisions_no_replace before insert on decisions when exists (select 1 from decisions where id = new.id or seq = new.seq) begin select raise(abort, 'decisions are append-only'); end;

/* Full-text index. It keeps no text of its own: a snippet is cut from the row a document names. */
create table search_docs (
  id integer primary key, kind text not null, session_id text not null default '', change_id text not null default '', item_index integer not null default -1,
  target_id text not null default '', path text not null default '', at integer not null
);
create unique index search_docs_once on search_docs(kind, session_id, change_id, item_index, target_id, path);
create virtual table search using fts5(title, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
`,
} as const;
