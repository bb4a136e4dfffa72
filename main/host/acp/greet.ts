/**
 * The first words with an ACP agent: versions and capabilities, then the session to work in, new or taken up again, then the model.
 *
 *   initialize ──► session/resume ─┬─► set model ──► ready
 *        ├───────► session/load ───┤
 *        └───────► session/new ────┘   (also when the old session cannot be taken up: that is said)
 */
import { methods, PROTOCOL_VERSION, type ClientContext, type InitializeResponse, type SessionConfigOption } from '@agentclientprotocol/sdk';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { SessionEvent } from '#shared/domain/session-event.ts';
import { fail, FaultError, ok, type Result } from '#shared/lib/fault.ts';
import { noAnswer, refusal } from './faults.ts';

/** How long an agent may take for one step, in seconds. A session may have to be fetched, so it gets longer. */
const INITIALIZE_SECONDS = 30;
const SESSION_SECONDS = 60;

export type Greeting = {
  readonly agent: ClientContext;
  readonly label: string;
  readonly cwd: string;
  /** The agent's session to take up; null begins a new one. */
  readonly resume: string | null;
  /** Empty leaves the agent's own choice. */
  readonly model: string;
  readonly emit: (event: SessionEvent) => void;
  /** True while the agent tells again what was said in the session before: none of that is news. */
  readonly onReplay: (replaying: boolean) => void;
};
export type Greeted = { readonly sessionId: string; readonly resumed: boolean; readonly version: string | null; readonly model: string | null };
type Opened = { readonly sessionId: string; readonly resumed: boolean; readonly options: readonly SessionConfigOption[] };

/** @returns the session, or ACP_NO_ANSWER, ACP_VERSION, ACP_LOGIN_NEEDED, ACP_REFUSED */
export async function greet(greeting: Greeting): Promise<Result<Greeted>> {
  const { agent, label } = greeting;
  let auth: NonNullable<InitializeResponse['authMethods']> = [];
  try {
    const hello = await within(
      agent.request(methods.agent.initialize, {
        protocolVersion: PROTOCOL_VERSION,
        clientCapabilities: { fs: { readTextFile: true, writeTextFile: true }, terminal: false },
        clientInfo: { name: 'automatic-claude-code', title: 'Automatic Claude Code', version: '2' },
      }),
      noAnswer(label, 'initialize', INITIALIZE_SECONDS),
      INITIALIZE_SECONDS,
    );
    auth = hello.authMethods ?? [];
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      return fail('ACP_VERSION', `${label} speaks version ${hello.protocolVersion} of ACP.`, {
        why: `This app speaks version ${PROTOCOL_VERSION}.`,
        fix: `Update ${label}, or this app.`,
      });
    }
    const opened = await open(greeting, hello);
    const model = await chooseModel(greeting, opened);
    return ok({ sessionId: opened.sessionId, resumed: opened.resumed, version: hello.agentInfo?.version ?? null, model });
  } catch (error) {
    return { ok: false, fault: error instanceof FaultError ? error.fault : refusal(label, error, auth) };
  }
}

async function open(greeting: Greeting, hello: InitializeResponse): Promise<Opened> {
  const { agent, label, cwd, resume: sessionId, emit, onReplay } = greeting;
  const limit = noAnswer(label, 'session', SESSION_SECONDS);
  const { loadSession, sessionCapabilities } = hello.agentCapabilities ?? {};
  if (sessionId !== null && (loadSession || sessionCapabilities?.resume)) {
    const method = sessionCapabilities?.resume ? methods.agent.session.resume : methods.agent.session.load;
    onReplay(true);
    try {
      const { configOptions } = await within(agent.request(method, { sessionId, cwd, mcpServers: [] }), limit, SESSION_SECONDS);
      await nextTick(); // handlers of what was replayed before the answer have run now
      return { sessionId, resumed: true, options: configOptions ?? [] };
    } catch (error) {
      if (error instanceof FaultError) throw error;
      emit(newSessionNotice(label, error instanceof Error ? error.message : String(error)));
    } finally {
      onReplay(false);
    }
  } else if (sessionId !== null) emit(newSessionNotice(label, 'This agent cannot take up a session again.'));
  const made = await within(agent.request(methods.agent.session.new, { cwd, mcpServers: [] }), limit, SESSION_SECONDS);
  return { sessionId: made.sessionId, resumed: false, options: made.configOptions ?? [] };
}

const newSessionNotice = (label: string, why: string): SessionEvent => ({
  kind: 'notice',
  level: 'warn',
  code: 'RESUME_FAILED',
  text: `${label} began a new session: it does not know what was said before.`,
  why,
});

/** Sets the wanted model where the agent offers one. @returns the model in use, as far as it is known */
async function chooseModel({ agent, label, model, emit }: Greeting, { sessionId, options }: Opened): Promise<string | null> {
  const option = options.find((one) => one.category === 'model' && one.type === 'select');
  const current = option?.type === 'select' ? option.currentValue : null;
  if (model === '' || model === current) return current;
  const offered = option?.type === 'select' ? option.options.flatMap((one) => ('options' in one ? one.options : [one])) : [];
  const wanted = offered.find((one) => one.value === model || one.name.toLowerCase() === model.toLowerCase());
  if (!option || !wanted) {
    emit({
      kind: 'notice',
      level: 'warn',
      code: 'MODEL_NOT_OFFERED',
      text: `${label} does not offer the model ${model} and goes on with its own choice.`,
      why: offered.length > 0 ? `It offers ${offered.map((one) => one.value).join(', ')}.` : 'It lets no model be chosen over ACP.',
      fix: 'Choose one of its models, or set the model in its own settings.',
    });
    return current;
  }
  const request = agent.request(methods.agent.session.setConfigOption, { sessionId, configId: option.id, value: wanted.value });
  await within(request, noAnswer(label, 'the choice of a model', INITIALIZE_SECONDS), INITIALIZE_SECONDS);
  return wanted.value;
}

/** @throws {FaultError} with `fault` when it takes longer */
async function within<T>(work: Promise<T>, fault: ConstructorParameters<typeof FaultError>[0], seconds: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new FaultError(fault)), seconds * 1000);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
