/**
 * Joins a child's stdio to the SDK: one JSON message a line. What is no message (banners, garbage, a message cut for its length)
 * is told apart here and never reaches the SDK.
 */
import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import { z } from 'zod';

/** The outer shape of a JSON-RPC message; the SDK validates the inside. */
const Message = z.union([
  z.looseObject({ jsonrpc: z.literal('2.0'), method: z.string(), id: z.union([z.string(), z.number(), z.null()]).optional() }),
  z.looseObject({ jsonrpc: z.literal('2.0'), id: z.union([z.string(), z.number(), z.null()]), result: z.unknown() }),
  z.looseObject({
    jsonrpc: z.literal('2.0'),
    id: z.union([z.string(), z.number(), z.null()]),
    error: z.looseObject({ code: z.number(), message: z.string() }),
  }),
]);

export type LineStream = {
  readonly stream: Stream;
  /** Takes one line of stdout. */
  line(text: string, cut: number): void;
  /** The child is gone: no more messages. */
  end(): void;
};

export type LineStreamOptions = {
  write(text: string): Promise<boolean>;
  /** A line that is no message. `cut` is the number of characters that were left out of it. */
  onGarbage(line: string, cut: number): void;
  /** Sees each message first; answers false to keep it from the SDK. */
  onMessage(message: unknown): boolean;
};

export function lineStream({ write, onGarbage, onMessage }: LineStreamOptions): LineStream {
  let controller: ReadableStreamDefaultController<AnyMessage> | null = null;
  const readable = new ReadableStream<AnyMessage>({
    start: (made) => void (controller = made),
    cancel: () => void (controller = null),
  });
  const writable = new WritableStream<AnyMessage>({
    async write(message) {
      if (!(await write(`${JSON.stringify(message)}\n`))) throw new Error('The agent does not read its input.');
    },
  });
  return {
    stream: { readable, writable },
    line(text, cut) {
      if (text.trim() === '') return;
      const message = cut === 0 ? parse(text) : null;
      if (!message) onGarbage(text, cut);
      else if (onMessage(message)) controller?.enqueue(message);
    },
    end() {
      controller?.close();
      controller = null;
    },
  };
}

function parse(text: string): AnyMessage | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    return Message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
