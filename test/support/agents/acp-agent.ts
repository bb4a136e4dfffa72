/**
 * An ACP agent for tests, on the SDK's agent side. The first word of the prompt is the scenario; the arguments say how it behaves
 * before that.
 *
 *   answer …      thinks, then says the rest of the prompt
 *   edit FILE     asks for permission, then writes FILE through the client; tells the diff
 *   run CMD       asks for permission for a command and tells the outcome
 *   plan          three entries, worked through
 *   usage         context, cost and token totals
 *   long N        N chunks of text
 *   read PATH / write PATH   a file through the client, and what the client said
 *   unknown       an update of a kind that no version knows
 *   hang          never ends the turn by itself; ends it when it is cancelled
 *   exit CODE     ends the process in the middle of the turn
 *   fail          refuses the prompt with an error
 *
 *   --hang-initialize, --login, --no-load, --garbage, --models
 */
import {
  agent,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  RequestError,
  type AgentContext,
  type PromptResponse,
  type RequestPermissionResponse,
  type SessionUpdate,
} from '@agentclientprotocol/sdk';
import { Readable, Writable } from 'node:stream';

const flags = new Set(process.argv.slice(2));
const models = [
  { value: 'small-1', name: 'Small' },
  { value: 'large-1', name: 'Large' },
];
let model = 'small-1';
const cancels = new Map<string, () => void>();
let calls = 0;

const say = (client: AgentContext, sessionId: string, text: string): Promise<void> =>
  client.notify(methods.client.session.update, { sessionId, update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } } });

const options = [
  { optionId: 'once', name: 'Allow', kind: 'allow_once' as const },
  { optionId: 'always', name: 'Always allow', kind: 'allow_always' as const },
  { optionId: 'no', name: 'Reject', kind: 'reject_once' as const },
];

/** Token totals are not in stable ACP yet: agents send them beside what its type knows. */
const withTotals = { stopReason: 'end_turn' as const, usage: { totalTokens: 30, inputTokens: 20, outputTokens: 10, cachedReadTokens: 5 } };

async function prompt(client: AgentContext, sessionId: string, text: string): Promise<PromptResponse> {
  const [scenario = '', ...rest] = text.split(' ');
  const words = rest.join(' ');
  const update = (patch: SessionUpdate): Promise<void> => client.notify(methods.client.session.update, { sessionId, update: patch });
  switch (scenario) {
    case 'answer':
      await update({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'Let me think.' } });
      for (const piece of words.match(/.{1,4}/gs) ?? []) await say(client, sessionId, piece);
      break;
    case 'edit':
    case 'run': {
      const toolCallId = `call-${++calls}`;
      const kind = scenario === 'edit' ? ('edit' as const) : ('execute' as const);
      const title = scenario === 'edit' ? `Write ${words}` : words;
      const target = scenario === 'edit' ? { locations: [{ path: `${process.cwd()}/${words}` }] } : { rawInput: { command: ['bash', '-lc', words] } };
      await update({ sessionUpdate: 'tool_call', toolCallId, title, kind, status: 'pending', ...target });
      const { outcome } = await client.request<RequestPermissionResponse>(methods.client.session.requestPermission, {
        sessionId,
        toolCall: { toolCallId, title, kind },
        options,
      });
      if (outcome.outcome === 'cancelled') return { stopReason: 'cancelled' };
      if (outcome.optionId === 'no') {
        await update({
          sessionUpdate: 'tool_call_update',
          toolCallId,
          status: 'failed',
          content: [{ type: 'content', content: { type: 'text', text: 'not allowed' } }],
        });
        break;
      }
      if (scenario === 'edit') await client.request(methods.client.fs.writeTextFile, { sessionId, path: `${process.cwd()}/${words}`, content: 'new\n' });
      await update({
        sessionUpdate: 'tool_call_update',
        toolCallId,
        status: 'completed',
        content:
          scenario === 'edit'
            ? [{ type: 'diff', path: `${process.cwd()}/${words}`, oldText: null, newText: 'new\n' }]
            : [{ type: 'content', content: { type: 'text', text: `chose ${outcome.optionId}` } }],
      });
      break;
    }
    case 'plan':
      for (const done of [0, 1, 3]) {
        const entries = ['look', 'change', 'test'].map((content, index) => ({
          content,
          priority: 'medium' as const,
          status: index < done ? ('completed' as const) : index === done ? ('in_progress' as const) : ('pending' as const),
        }));
        await update({ sessionUpdate: 'plan', entries });
      }
      break;
    case 'usage':
      await update({ sessionUpdate: 'usage_update', used: 1200, size: 200_000, cost: { amount: 0.25, currency: 'USD' } });
      return withTotals;
    case 'long':
      for (let index = 0; index < Number(words); index++) await say(client, sessionId, `${index} `);
      break;
    case 'read':
    case 'write': {
      const answer =
        scenario === 'read'
          ? client.request(methods.client.fs.readTextFile, { sessionId, path: words }).then(({ content }) => content)
          : client.request(methods.client.fs.writeTextFile, { sessionId, path: words, content: 'x' }).then(() => 'written');
      await say(client, sessionId, await answer.catch((error: unknown) => `refused: ${String(error)}`));
      break;
    }
    case 'unknown':
      process.stdout.write(
        `${JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params: { sessionId, update: { sessionUpdate: 'hologram', depth: 3 } } })}\n`,
      );
      break;
    case 'hang':
      await new Promise<void>((resolve) => cancels.set(sessionId, resolve));
      return { stopReason: 'cancelled' };
    case 'exit':
      process.stderr.write('the reactor is cold\n');
      process.exit(Number(words));
      break;
    case 'fail':
      throw RequestError.internalError(undefined, 'the model is on strike');
    default:
      await say(client, sessionId, `${model} heard: ${text}`);
  }
  return { stopReason: 'end_turn' };
}

const select = () => [{ id: 'm', name: 'Model', category: 'model', type: 'select' as const, currentValue: model, options: models }];
const opened = () => (flags.has('--models') ? { configOptions: select() } : {});

if (flags.has('--garbage')) process.stdout.write('Welcome to the agent!\n{"half": \n[1,2]\n');
agent({ name: 'test-agent' })
  .onRequest(methods.agent.initialize, () =>
    flags.has('--hang-initialize')
      ? new Promise(() => setInterval(() => undefined, 1000))
      : {
          protocolVersion: PROTOCOL_VERSION,
          agentInfo: { name: 'test-agent', version: '9.9.9' },
          agentCapabilities: { loadSession: !flags.has('--no-load') },
          authMethods: flags.has('--login') ? [{ id: 'browser', name: 'Browser login' }] : [],
        },
  )
  .onRequest(methods.agent.session.new, () => {
    if (flags.has('--login')) throw RequestError.authRequired();
    return { sessionId: `known-${process.pid}`, ...opened() };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    if (!params.sessionId.startsWith('known-')) throw RequestError.sessionNotFound(params.sessionId);
    for (let index = 0; index < 50; index++) await say(client, params.sessionId, 'said before ');
    return opened();
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    if (typeof params.value === 'string') model = params.value;
    return { configOptions: select() };
  })
  .onRequest(methods.agent.session.prompt, ({ params, client }) =>
    prompt(client, params.sessionId, params.prompt.map((block) => (block.type === 'text' ? block.text : '')).join('')),
  )
  .onNotification(methods.agent.session.cancel, ({ params }) => cancels.get(params.sessionId)?.())
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
