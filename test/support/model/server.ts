/**
 * A scripted Messages API on loopback: lets the real Claude Code CLI run offline through ANTHROPIC_BASE_URL. Answers come from
 * the queue first, then from the scenario that the prompt names.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply } from './reply.ts';
import { ModelRequest, turnOf, type Turn } from './request.ts';
import { scenarios, type Scenario } from './scenarios.ts';
import { messageStart, streamMessage, tokens, unfinished, wholeMessage } from './sse.ts';

export type Model = {
  /** For ANTHROPIC_BASE_URL. */
  readonly url: string;
  /** Every question about a prompt so far, oldest first (side questions of the CLI without tools are left out). */
  readonly turns: readonly Turn[];
  /** Method and path of every request, for tests about the wire. */
  readonly paths: readonly string[];
  /** The next answers to requests with tools, used before any scenario. */
  queue(...replies: readonly Reply[]): void;
  close(): Promise<void>;
};

const MAX_BODY = 64 * 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > MAX_BODY) throw new Error(`request larger than ${MAX_BODY} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function json(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_scripted', ...headers });
  response.end(JSON.stringify(body));
}

/**
 * Starts the model on a free port of 127.0.0.1.
 * @param script answers before any scenario; null leaves the answer to the scenarios
 */
export async function startModel(script: (turn: Turn) => Reply | null = () => null): Promise<Model> {
  const queued: Reply[] = [];
  const turns: Turn[] = [];
  const paths: string[] = [];
  const own = new Map<string, Scenario>();
  // Ids must be new in every conversation, also in one that goes on with another model: the CLI drops a tool call whose id it has seen.
  const run = randomBytes(4).toString('hex');
  let count = 0;

  const scenarioOf = (name: string): Scenario => {
    const scenario = own.get(name) ?? (scenarios[name] ?? scenarios['plain'])?.();
    if (scenario === undefined) throw new Error('there is no plain scenario');
    own.set(name, scenario);
    return scenario;
  };

  const perform = async (response: ServerResponse, reply: Reply, request: ModelRequest, chars: number): Promise<void> => {
    const id = `msg_${run}${String(++count).padStart(6, '0')}`;
    const sse = (): void => void response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'request-id': 'req_scripted' });
    switch (reply.kind) {
      case 'message':
        if (request.stream !== true) return json(response, 200, wholeMessage(reply, id, request.model, chars));
        sse();
        return streamMessage(response, reply, id, request.model, chars);
      case 'error':
        return json(response, reply.status, { type: 'error', error: { type: reply.type, message: reply.message }, request_id: 'req_scripted' }, reply.headers);
      case 'garbage':
        sse();
        response.end('\u0000\u0001 this is no event stream {"half": \n\nevent: nonsense\ndata: {{{\n\n');
        return;
      case 'hang':
        if (reply.after === 'request') return;
        sse();
        response.write(messageStart(id, request.model, { input_tokens: tokens(chars), output_tokens: 1 }) + unfinished('I will think about'));
        return;
      case 'cut':
        sse();
        response.write(messageStart(id, request.model, { input_tokens: tokens(chars), output_tokens: 1 }) + unfinished(reply.text), () => response.destroy());
        return;
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    paths.push(`${request.method} ${path}`);
    const body = await bodyOf(request);
    if (path === '/v1/messages/count_tokens') return json(response, 200, { input_tokens: tokens(body.length) });
    if (path !== '/v1/messages' || request.method !== 'POST') {
      if (path === '/') return json(response, 200, {});
      return json(response, 404, { type: 'error', error: { type: 'not_found_error', message: `nothing at ${path}` } });
    }
    const parsed = ModelRequest.parse(JSON.parse(body));
    const turn = turnOf(parsed);
    // The CLI asks small questions by itself (a title, whether a message is a new topic): they have no tools and are not part of a script.
    if ((parsed.tools ?? []).length === 0) return perform(response, { kind: 'message', blocks: [{ type: 'text', text: 'ok' }] }, parsed, body.length);
    turns.push(turn);
    return perform(response, queued.shift() ?? script(turn) ?? scenarioOf(turn.scenario)(turn), parsed, body.length);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, { type: 'error', error: { type: 'scripted_model_failed', message: String(error) } });
      else response.destroy();
    });
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    turns,
    paths,
    queue: (...replies) => void queued.push(...replies),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
