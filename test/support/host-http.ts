/** The HTTP side of a host's door for tests: one request at a time, and the stream of frames read as it comes. */
import { request, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { HostFrame } from '#shared/host-protocol/frames.ts';
import { LINK_PATH, Opened, Refusal } from '#shared/host-protocol/http.ts';
import { TOKEN } from './host-wire.ts';

export type Answer = { readonly status: number; readonly body: string; readonly headers: IncomingMessage['headers'] };

/** @param body sent as it is when it is a text, else as JSON */
export function ask(port: number, method: string, path: string, body?: unknown, token: string | null = TOKEN): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }));
      response.on('error', reject);
    });
    asked.on('error', reject);
    if (body === undefined) asked.end();
    else asked.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

export const refusalOf = (answer: Answer): Refusal => Refusal.parse(JSON.parse(answer.body));

export type HttpWire = {
  readonly id: string;
  readonly frames: HostFrame[];
  /** Comments that kept the stream open. */
  readonly comments: () => number;
  /** Why the host ended the stream. */
  readonly end: () => Refusal | null;
  /** True when the stream of frames is over, said or not. */
  readonly over: () => boolean;
  post(n: number, frames: readonly unknown[]): Promise<Answer>;
  /** Reads no more, for now. */
  pause(): void;
  resume(): void;
  cut(): void;
};

/** Opens a link's connection over HTTP and reads its frames. */
export async function httpWire(port: number, hello: unknown): Promise<HttpWire> {
  const opened = await ask(port, 'POST', LINK_PATH, hello);
  if (opened.status !== 200) throw new Error(`not opened: ${opened.status} ${opened.body}`);
  const { connection: id } = Opened.parse(JSON.parse(opened.body));
  const path = `${LINK_PATH}/${id}/frames`;
  const frames: HostFrame[] = [];
  let comments = 0;
  let end: Refusal | null = null;
  let over = false;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${TOKEN}` }, agent: false }, resolve);
    asked.on('error', reject);
    asked.end();
  });
  onTestFinished(() => void response.destroy());
  let rest = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    const events = (rest + part).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (event.startsWith(':')) comments++;
      else if (event.startsWith('event: end')) end = Refusal.parse(JSON.parse(data ?? ''));
      else frames.push(HostFrame.parse(JSON.parse(data ?? '')));
    }
  });
  response.on('close', () => (over = true));
  response.on('error', () => {});
  return {
    id,
    frames,
    comments: () => comments,
    end: () => end,
    over: () => over,
    post: (n, batch) => ask(port, 'POST', path, { n, frames: batch }),
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    cut: () => void response.destroy(),
  };
}
