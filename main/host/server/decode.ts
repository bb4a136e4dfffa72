/** Text from a center → a frame. What is no frame at all is told apart from a frame of a later version, which is ignored. */
import { z } from 'zod';
import { CenterFrame } from '#shared/host-protocol/frames.ts';
import { limits } from './limits.ts';

export type Decoded = { readonly frame: CenterFrame } | { readonly frame: null; /** Null: a kind this version does not know. */ readonly bad: string | null };

const Kind = z.object({ t: z.string() });
const known = new Set<string>(CenterFrame.options.map((option) => option.shape.t.value));

/** Reads one frame. Never throws, and looks at the depth before the text becomes objects. */
export function decode(text: string): Decoded {
  if (tooDeep(text, limits.frameDepth)) return { frame: null, bad: `a frame may be ${limits.frameDepth} levels deep` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { frame: null, bad: 'a frame is JSON' };
  }
  return decodeValue(value);
}

/** The same for JSON that was read already, as one of a batch. */
export function decodeValue(value: unknown): Decoded {
  const kind = Kind.safeParse(value);
  if (!kind.success) return { frame: null, bad: 'a frame is an object with a kind "t"' };
  if (!known.has(kind.data.t)) return { frame: null, bad: null };
  const parsed = CenterFrame.safeParse(value);
  return parsed.success ? { frame: parsed.data } : { frame: null, bad: `"${kind.data.t}" has the wrong shape: ${problem(parsed.error)}` };
}

const problem = (error: z.ZodError): string => {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim().slice(0, 100);
};

/** True when brackets outside of strings are nested deeper than `limit`. One pass, no recursion. */
export function tooDeep(text: string, limit: number): boolean {
  // Nothing shorter can be that deep.
  if (text.length < limit) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > limit) return true;
    } else if (c === 0x7d || c === 0x5d) depth--;
  }
  return false;
}
