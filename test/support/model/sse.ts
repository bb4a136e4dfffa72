/** Writes a message the way the Messages API streams it. */
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Reply, ReplyBlock } from './reply.ts';

type MessageReply = Extract<Reply, { kind: 'message' }>;

/** Tokens as a rough share of characters: what usage says when a scenario does not. */
export const tokens = (characters: number): number => Math.ceil(characters / 4);

const frame = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`;

function opening(block: ReplyBlock, id: string): object {
  if (block.type === 'text') return { type: 'text', text: '' };
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  return { type: 'tool_use', id, name: block.name, input: {} };
}

function delta(block: ReplyBlock, piece: string): object {
  if (block.type === 'text') return { type: 'text_delta', text: piece };
  if (block.type === 'thinking') return { type: 'thinking_delta', thinking: piece };
  return { type: 'input_json_delta', partial_json: piece };
}

function pieces(whole: string, size: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < whole.length; at += size) parts.push(whole.slice(at, at + size));
  return parts;
}

const bodyOf = (block: ReplyBlock): string => (block.type === 'tool_use' ? JSON.stringify(block.input) : block.text);

export function usageOf(reply: MessageReply, requestChars: number): { start: object; end: object } {
  const spoken = reply.blocks.reduce((sum, block) => sum + bodyOf(block).length, 0);
  const start = {
    input_tokens: reply.usage?.input ?? tokens(requestChars),
    cache_creation_input_tokens: reply.usage?.cacheWrite ?? 0,
    cache_read_input_tokens: reply.usage?.cacheRead ?? 0,
    output_tokens: 1,
  };
  return { start, end: { ...start, output_tokens: reply.usage?.output ?? tokens(spoken) } };
}

export const stopReason = (reply: MessageReply): string => reply.stop ?? (reply.blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn');

/** The first frame of a message. */
export const messageStart = (id: string, model: string, usage: object): string =>
  frame('message_start', { message: { id, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage } });

/** Opens a text block and writes some of it: the start of an answer that will never end. */
export const unfinished = (value: string): string =>
  frame('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
  frame('content_block_delta', { index: 0, delta: { type: 'text_delta', text: value } });

/** Streams a whole message and ends the response. Stops early when the client is gone. */
export async function streamMessage(response: ServerResponse, reply: MessageReply, id: string, model: string, requestChars: number): Promise<void> {
  const usage = usageOf(reply, requestChars);
  const send = async (body: string): Promise<void> => {
    const bytes = Buffer.from(body);
    const size = reply.splitBytes ?? bytes.length;
    for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
      if (!response.write(bytes.subarray(at, at + size))) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      else if (reply.splitBytes !== undefined) await delay(0);
    }
  };
  await send(messageStart(id, model, usage.start));
  for (const [index, block] of reply.blocks.entries()) {
    await send(frame('content_block_start', { index, content_block: opening(block, `toolu_${id}_${index}`) }));
    const started = Date.now();
    for (const [n, piece] of pieces(bodyOf(block), reply.pace?.chars ?? 100_000).entries()) {
      if (response.destroyed) return;
      if (reply.pace !== undefined) await delay(Math.max(0, started + (n * 1000) / reply.pace.perSecond - Date.now()));
      await send(frame('content_block_delta', { index, delta: delta(block, piece) }));
    }
    if (block.type === 'thinking') await send(frame('content_block_delta', { index, delta: { type: 'signature_delta', signature: 'c2lnbmF0dXJl' } }));
    await send(frame('content_block_stop', { index }));
  }
  await send(frame('message_delta', { delta: { stop_reason: stopReason(reply), stop_sequence: null }, usage: usage.end }));
  await send(frame('message_stop', {}));
  response.end();
}

const once = (response: ServerResponse, event: 'drain' | 'close'): Promise<void> => new Promise((resolve) => response.once(event, () => resolve()));

/** The same message without streaming. */
export function wholeMessage(reply: MessageReply, id: string, model: string, requestChars: number): object {
  const content = reply.blocks.map((block, index) => {
    if (block.type === 'tool_use') return { type: 'tool_use', id: `toolu_${id}_${index}`, name: block.name, input: block.input };
    return block.type === 'text' ? { type: 'text', text: block.text } : { type: 'thinking', thinking: block.text, signature: 'c2lnbmF0dXJl' };
  });
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stopReason(reply),
    stop_sequence: null,
    usage: usageOf(reply, requestChars).end,
  };
}
