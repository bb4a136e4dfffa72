/** The commands a host carries out: name → input and output. Every input is parsed at the host, every output at the center. */
import { z } from 'zod';
import { AgentChoice, Limits } from '../domain/agent.ts';
import { ChangedFile, FileSides } from '../domain/change.ts';
import { Answers } from '../domain/question.ts';
import { MergeMethod, RepositoryFacts } from '../domain/repository.ts';
import { MessageSource } from '../domain/session-event.ts';

/** How the place a session works in is made or found. `cwd` is decided by the center, so that a resume finds the same folder. */
export const WorkspaceSpec = z.discriminatedUnion('mode', [
  z.object({
    mode: z.literal('worktree'),
    repository: z.string(),
    cwd: z.string(),
    branch: z.string(),
    /** Branch or commit to begin from; empty means HEAD. */
    base: z.string(),
    setupCommand: z.array(z.string()),
    setupTimeoutSeconds: z.number().int().positive(),
    copyPaths: z.array(z.string()),
    linkPaths: z.array(z.string()),
    /** Where a worktree may be kept ready for a later start, beside `cwd`; its name begins with `.spare-`. None without it. */
    spare: z.string().optional(),
  }),
  z.object({ mode: z.literal('existing'), repository: z.string(), cwd: z.string() }),
  /** The folder itself; outside git a snapshot store at `snapshots` gives the diff. */
  z.object({ mode: z.literal('in-place'), cwd: z.string(), vcs: z.enum(['git', 'none']), snapshots: z.string() }),
]);
export type WorkspaceSpec = z.infer<typeof WorkspaceSpec>;

/** Where the work is, for every command after the start. */
export const Place = z.object({
  cwd: z.string(),
  /** Top of the repository the worktree belongs to; equal to `cwd` in place. */
  repository: z.string(),
  /** Git folder of the snapshot store for a folder outside git; null inside git. */
  gitDir: z.string().nullable(),
});
export type Place = z.infer<typeof Place>;

const Ok = z.object({});
const SessionRef = z.object({ sessionId: z.string() });

export const hostCommands = {
  /** Makes the workspace if it is not there. Answers when it is ready; set-up output travels as events of the session's run. */
  'session.start': {
    input: SessionRef.extend({
      /** Name of this run, new for every start and resume. */
      epoch: z.string(),
      agent: AgentChoice,
      /** Program to run for `claude-code` and registered ACP agents when it is not the one on PATH. */
      program: z.array(z.string()),
      workspace: WorkspaceSpec,
      /** Set when the workspace exists from an earlier run. */
      base: z.string().nullable(),
      prompt: z.string(),
      promptFrom: MessageSource,
      /** The agent's own session to go on with; null starts a new one. */
      resume: z.string().nullable(),
      limits: Limits,
      allow: z.array(z.string()),
      env: z.record(z.string(), z.string()),
    }),
    output: z.object({ place: Place, base: z.string(), branch: z.string().nullable(), pid: z.number().int().nullable() }),
  },
  'session.send': { input: SessionRef.extend({ text: z.string(), from: z.enum(['person', 'review']) }), output: Ok },
  'session.answer': {
    input: SessionRef.extend({
      requestId: z.string(),
      allow: z.boolean(),
      note: z.string(),
      /** Rules that hold for the rest of the session. */ remember: z.array(z.string()),
      /** What a person replied, by question. */ answers: Answers.optional(),
    }),
    output: Ok,
  },
  /** Ends the turn; the session stays. */
  'session.interrupt': { input: SessionRef, output: Ok },
  /** Ends the process: `finish` closes its input and waits, `stop` signals the tree; both escalate to SIGKILL after `graceMs`. */
  'session.stop': {
    input: SessionRef.extend({
      how: z.enum(['finish', 'stop']),
      reason: z.enum(['completed', 'stopped', 'limit']),
      graceMs: z.number().int().min(0).max(60_000),
    }),
    output: Ok,
  },
  'session.list': {
    input: z.object({}),
    output: z.object({ sessions: z.array(z.object({ sessionId: z.string(), epoch: z.string(), pid: z.number().int().nullable() })) }),
  },

  'workspace.inspect': { input: z.object({ path: z.string() }), output: RepositoryFacts },
  /** Writes the tree of everything in the folder now (tracked and new files, ignored ones left out) and names it. */
  'workspace.snapshot': {
    input: Place,
    output: z.object({
      tree: z.string(),
      /** Folders left out because they are git repositories of their own; absent when there are none. */
      skipped: z.array(z.string()).optional(),
    }),
  },
  'workspace.files': { input: Place.extend({ base: z.string(), snapshot: z.string() }), output: z.object({ files: z.array(ChangedFile) }) },
  'workspace.file': { input: Place.extend({ base: z.string(), snapshot: z.string(), path: z.string(), oldPath: z.string().nullable() }), output: FileSides },
  /** Unified diff text, cut at `maxBytes`. */
  'workspace.patch': {
    input: Place.extend({ base: z.string(), snapshot: z.string(), maxBytes: z.number().int().positive() }),
    output: z.object({ patch: z.string(), cut: z.boolean() }),
  },
  /**
   * Merges the snapshot into the target branch without touching anything else. A checked-out target moves only when its work tree
   * has no changes in the same files. Conflicts change nothing and are named.
   */
  'workspace.merge': {
    input: Place.extend({
      base: z.string(),
      snapshot: z.string(),
      branch: z.string().nullable(),
      target: z.string(),
      method: MergeMethod,
      message: z.string(),
      /** Names this one act: asked again with it, also after host and center were killed, it is done once and answered alike. */
      key: z
        .string()
        .regex(/^[0-9a-z_]{1,64}$/)
        .optional(),
    }),
    output: z.discriminatedUnion('merged', [
      z.object({ merged: z.literal(true), sha: z.string(), before: z.string() }),
      z.object({ merged: z.literal(false), conflicts: z.array(z.string()) }),
    ]),
  },
  /** Moves the target back to where it was before the merge, if nothing came after it. */
  'workspace.unmerge': { input: z.object({ repository: z.string(), target: z.string(), sha: z.string(), before: z.string() }), output: Ok },
  /** Puts the folder's files back to the tree `base` (in-place work that was rejected, on a person's demand). */
  'workspace.restore': { input: Place.extend({ base: z.string() }), output: Ok },
  'workspace.usage': { input: z.object({ paths: z.array(z.string()) }), output: z.object({ bytes: z.array(z.number().nullable()) }) },
  /** Removes a worktree and, when asked, its branch. Refuses a locked worktree and any path that is not a worktree of the repository. */
  'workspace.remove': {
    input: z.object({
      repository: z.string(),
      cwd: z.string(),
      branch: z.string().nullable(),
      /** Folders right below which the app made worktrees of this repository: one there may go also when the repository is gone. */
      orphanRoots: z.array(z.string()).optional(),
    }),
    output: Ok,
  },
  /** Runs one check in the place; answers when it has ended. */
  'check.run': {
    input: z.object({ checkId: z.string(), cwd: z.string(), command: z.array(z.string()).min(1), timeoutMs: z.number().int().positive() }),
    output: z.object({
      outcome: z.enum(['passed', 'failed', 'timeout', 'cancelled', 'error']),
      exitCode: z.number().int().nullable(),
      output: z.string(),
      cut: z.number().int().nonnegative(),
    }),
  },
  'check.cancel': { input: z.object({ checkId: z.string() }), output: Ok },
  /** Looks at what this machine has: git, agents on PATH, disk, Node. */
  'host.diagnose': {
    input: z.object({ claudePath: z.string(), acp: z.array(z.object({ name: z.string(), command: z.array(z.string()) })), paths: z.array(z.string()) }),
    output: z.object({
      findings: z.array(z.object({ id: z.string(), title: z.string(), status: z.enum(['ok', 'warn', 'bad', 'off']), detail: z.string(), fix: z.string() })),
    }),
  },

  /** What a probe may ask, beside a heartbeat: the answer is the text. */
  /** From now on the telemetry that comes to this host is told to this center, as events of this stream (shared/domain/telemetry.ts); one opened before ends. */
  'telemetry.open': { input: SessionRef.extend({ epoch: z.string() }), output: Ok },
  /** Where sessions outside the app send their telemetry to on the host's machine, and the token they show. Begins to receive when nothing did before. */
  'telemetry.access': { input: z.object({}), output: z.object({ endpoint: z.string(), token: z.string() }) },
  'probe.echo': { input: z.object({ text: z.string().max(65_536) }), output: z.object({ text: z.string() }) },
  /**
   * Makes the host send `count` events on each of `streams` streams of this link, `perSecond` a second each (0: as fast as credit allows), as sessions'
   * events are sent: numbered, kept until acknowledged, resent after a loss. Kept in memory only; ends with the link. Only for probes.
   */
  'probe.stream': {
    input: z.object({
      streams: z.number().int().min(1).max(10_000),
      count: z.number().int().min(1),
      bytes: z.number().int().min(1).max(65_536),
      perSecond: z.number().min(0).max(100_000),
    }),
    output: Ok,
  },
} as const;

export type HostCommand = keyof typeof hostCommands;
export type HostInput<C extends HostCommand> = z.infer<(typeof hostCommands)[C]['input']>;
export type HostOutput<C extends HostCommand> = z.infer<(typeof hostCommands)[C]['output']>;
