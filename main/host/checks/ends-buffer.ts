/** Keeps the beginning and the end of a text that may be endless, and counts what was left out between them. */

export type EndsBuffer = {
  readonly push: (text: string) => void;
  /** The text with a line in the gap that says how much is missing; `cut` is the number of characters left out. */
  read(): { output: string; cut: number };
};

/** @param head characters kept from the beginning @param tail characters kept from the end; memory stays under head + 2 × tail */
export function createEndsBuffer(head: number, tail: number): EndsBuffer {
  let first = '';
  let last = '';
  let cut = 0;
  const trim = (limit: number): void => {
    if (last.length <= limit) return;
    cut += last.length - tail;
    last = last.slice(-tail);
  };
  return {
    push(text) {
      const room = Math.max(0, head - first.length);
      first += text.slice(0, room);
      last += text.slice(room);
      trim(2 * tail);
    },
    read() {
      trim(tail);
      return { output: cut === 0 ? first + last : `${first}\n… ${cut} characters left out …\n${last}`, cut };
    },
  };
}
