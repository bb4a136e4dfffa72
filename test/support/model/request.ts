/** What the agent sends to the Messages API, as far as a scenario looks at it. Everything else passes unread. */
import { z } from 'zod';

const Block = z.looseObject({ type: z.string(), text: z.string().optional(), tool_use_id: z.string().optional(), content: z.unknown().optional() });
const Message = z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(Block)]) });

export const ModelRequest = z.looseObject({
  model: z.string(),
  messages: z.array(Message),
  stream: z.boolean().optional(),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
});
export type ModelRequest = z.infer<typeof ModelRequest>;
type Message = z.infer<typeof Message>;

/** Where a conversation stands: the prompt that names a scenario, and how far the answer to it has come. */
export type Turn = {
  readonly scenario: string;
  /** `key=value` words that stand behind the scenario's name in the prompt. */
  readonly args: Readonly<Record<string, string>>;
  readonly prompt: string;
  /** How many answers the model gave since that prompt: 0 for the first. */
  readonly step: number;
  /** Texts of the tool results in the last message, oldest first. */
  readonly results: readonly string[];
  readonly request: ModelRequest;
  /** The whole conversation as text: lets a scenario tell what it remembers. */
  readonly heard: string;
};

const REMINDER = /<system-reminder>[\s\S]*?<\/system-reminder>/g;
/** How the CLI hands on a message that came in the middle of a turn: as a system message behind the tool's result. */
const MID_TURN = /^The user sent a new message while you were working:\n([\s\S]*?)\n\nThis is how/;

/** The texts a person or a parent agent wrote, without what the CLI adds by itself. */
function texts(message: Message): string[] {
  const parts = typeof message.content === 'string' ? [message.content] : message.content.filter((b) => b.type === 'text').map((b) => b.text ?? '');
  return parts.map((text) => text.replace(REMINDER, '').trim()).filter((text) => text !== '');
}

function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => z.object({ text: z.string() }).safeParse(part).data?.text ?? '').join('\n');
}

function results(message: Message | undefined): string[] {
  if (message === undefined || typeof message.content === 'string') return [];
  return message.content.filter((block) => block.type === 'tool_result').map((block) => resultText(block.content));
}

function hasResult(message: Message): boolean {
  return typeof message.content !== 'string' && message.content.some((block) => block.type === 'tool_result');
}

const WORD = /scenario:([\w-]+)((?:[ \t]+[\w-]+=[^\s]+)*)/;

/** A scenario that goes on in later turns, which is what an agent does that is told to go on after a crash. */
const KEPT = / keep=yes\b/;

/**
 * Finds the scenario a request is about: the last prompt that opens a turn. When that names none, the last one before it that was to be
 * kept (`keep=yes`), else `plain`.
 */
export function turnOf(request: ModelRequest): Turn {
  const last = request.messages.findLastIndex((m) => m.role === 'user' && !hasResult(m) && texts(m).length > 0);
  const opening = request.messages[last];
  const prompt = opening === undefined ? '' : texts(opening).join('\n');
  const earlier = request.messages.slice(0, Math.max(0, last)).flatMap((m) => (m.role === 'user' ? texts(m) : []));
  const found = WORD.exec(prompt) ?? earlier.toReversed().flatMap((text) => (KEPT.test(text) ? [WORD.exec(text)] : []))[0] ?? null;
  const args = Object.fromEntries(
    (found?.[2] ?? '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => {
        const at = word.indexOf('=');
        return [word.slice(0, at), word.slice(at + 1)] as const;
      }),
  );
  return {
    scenario: found?.[1] ?? 'plain',
    args,
    prompt,
    step: request.messages.slice(last + 1).filter((m) => m.role === 'assistant').length,
    results: results(request.messages.at(-1)),
    request,
    heard: request.messages.flatMap((m) => (m.role === 'user' ? texts(m) : texts(m).flatMap((said) => MID_TURN.exec(said)?.[1] ?? []))).join('\n'),
  };
}
