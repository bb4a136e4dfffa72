/** Assistant and user messages as events: text, thinking, tool calls and their results. */
import type { SessionEvent } from '#shared/domain/session-event.ts';
import { clip } from './clip.ts';
import type { LiveText } from './live.ts';
import { FileResult, TextBlock, ThinkingBlock, ToolResultBlock, ToolUseBlock, type Assistant, type User } from './messages.ts';
import { bounded, editsOf, kindOf, planOf, shortPath, titleOf } from './tools.ts';

/** Blocks that say nothing a person could read. */
const SILENT = new Set(['redacted_thinking', 'fallback', 'container_upload']);

export class Speech {
  readonly #cwd: string;
  readonly #live: LiveText;
  /** Blocks seen of messages that were not streamed, so that each gets an id of its own. */
  #message = '';
  #blocks = 0;

  constructor(cwd: string, live: LiveText) {
    this.#cwd = cwd;
    this.#live = live;
  }

  /** The CLI sends one message for each block as soon as it is whole. */
  assistant(message: Assistant): SessionEvent[] {
    const parent = message.parent_tool_use_id ? { parentCallId: message.parent_tool_use_id } : {};
    const { id } = message.message;
    if (this.#message !== id) {
      this.#message = id;
      this.#blocks = 0;
    }
    return message.message.content.flatMap((block) => {
      const index = this.#live.openIndex(id) ?? this.#blocks;
      this.#blocks++;
      const events = this.#block(block, `${id}:${index}`, parent);
      // From here on the event stands for the block: text of it that waits to be sent as live is old.
      if (this.#live.openIndex(id) !== null) this.#live.drop();
      return events;
    });
  }

  #block(block: Assistant['message']['content'][number], blockId: string, parent: { parentCallId?: string }): SessionEvent[] {
    const said = TextBlock.safeParse(block).data;
    if (said) return said.text.trim() === '' ? [] : [{ kind: 'text', blockId, ...clip(said.text), ...parent }];
    const thought = ThinkingBlock.safeParse(block).data;
    if (thought) return thought.thinking.trim() === '' ? [] : [{ kind: 'thinking', blockId, ...clip(thought.thinking), ...parent }];
    const use = ToolUseBlock.safeParse(block).data;
    if (use) return this.#call(use.id, use.name, use.input, parent);
    return SILENT.has(block.type) ? [] : [unknownEvent(`assistant/${block.type}`, JSON.stringify(block))];
  }

  #call(callId: string, tool: string, input: Record<string, unknown>, parent: { parentCallId?: string }): SessionEvent[] {
    const { text, cut } = clip(JSON.stringify(input));
    const plan = planOf(tool, input);
    return [
      {
        kind: 'tool_call',
        callId,
        tool,
        toolKind: kindOf(tool),
        title: titleOf(tool, input, this.#cwd),
        input: text,
        ...(cut === undefined ? {} : { cut }),
        edits: editsOf(tool, input, this.#cwd),
        ...parent,
      },
      ...(plan === null ? [] : [{ kind: 'plan' as const, entries: plan }]),
    ];
  }

  /** Only results of tools are facts here; what a person wrote is already an event, and what the CLI adds is not ours to show. */
  user(message: User): SessionEvent[] {
    const { content } = message.message;
    if (typeof content === 'string') return [];
    return content.flatMap((block): SessionEvent[] => {
      const result = ToolResultBlock.safeParse(block).data;
      if (!result) return [];
      const { text, cut } = clip(outputOf(result.content));
      return [
        {
          kind: 'tool_result',
          callId: result.tool_use_id,
          status: result.is_error === true ? 'failed' : 'ok',
          output: text,
          ...(cut === undefined ? {} : { cut }),
          edits: result.is_error === true ? [] : this.#written(message.tool_use_result),
        },
      ];
    });
  }

  /** A file that was written over: its old text is known only now. */
  #written(result: unknown): ReturnType<typeof bounded> {
    const file = FileResult.safeParse(result).data;
    if (!file || file.originalFile === null) return [];
    return bounded([{ path: shortPath(file.filePath, this.#cwd), oldText: file.originalFile, newText: file.content }]);
  }
}

type Content = ReturnType<(typeof ToolResultBlock)['parse']>['content'];

function outputOf(content: Content): string {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  return content.map((part) => part.text ?? `[${part.type}]`).join('\n');
}

/** A message this version does not know, kept as it came. */
export function unknownEvent(type: string, raw: string): SessionEvent {
  const { text, cut } = clip(raw);
  return { kind: 'unknown', type, raw: text, ...(cut === undefined ? {} : { cut }) };
}
