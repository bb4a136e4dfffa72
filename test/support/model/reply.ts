/** What the scripted model can answer: data, so that a scenario reads like a script. */

export type ReplyBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'tool_use'; readonly name: string; readonly input: Readonly<Record<string, unknown>> };

export type Reply =
  | {
      readonly kind: 'message';
      readonly blocks: readonly ReplyBlock[];
      /** Deltas a second and characters in each; without it the whole block is one delta. */
      readonly pace?: { readonly perSecond: number; readonly chars: number };
      readonly stop?: 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal';
      readonly usage?: { readonly input?: number; readonly output?: number; readonly cacheRead?: number; readonly cacheWrite?: number };
      /** Bytes of the SSE body sent in each write; splits characters on purpose. */
      readonly splitBytes?: number;
    }
  /** An HTTP error as the API gives it. */
  | { readonly kind: 'error'; readonly status: number; readonly type: string; readonly message: string; readonly headers?: Readonly<Record<string, string>> }
  /** Headers and the start of a message, then nothing until the client goes away. */
  | { readonly kind: 'hang'; readonly after: 'request' | 'start' }
  /** A body that is no SSE. */
  | { readonly kind: 'garbage' }
  /** The socket is cut in the middle of a block. */
  | { readonly kind: 'cut'; readonly text: string };

export const text = (value: string): ReplyBlock => ({ type: 'text', text: value });
export const thinking = (value: string): ReplyBlock => ({ type: 'thinking', text: value });
export const tool = (name: string, input: Readonly<Record<string, unknown>>): ReplyBlock => ({ type: 'tool_use', name, input });
export const say = (value: string): Reply => ({ kind: 'message', blocks: [text(value)] });
export const message = (...blocks: readonly ReplyBlock[]): Reply => ({ kind: 'message', blocks });
