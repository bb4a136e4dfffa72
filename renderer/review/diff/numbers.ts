/** Gutters of the unified diff: the line's number before, its number now, and its sign, also beside removed lines. */
import { getChunks, getOriginalDoc } from '@codemirror/merge';
import type { EditorState, Extension, Text } from '@codemirror/state';
import { gutter, GutterMarker, type BlockInfo, type EditorView } from '@codemirror/view';

/** A number or a sign, once or stacked for the lines of a removed block. */
class Mark extends GutterMarker {
  readonly texts: readonly string[];
  override readonly elementClass: string;
  constructor(texts: readonly string[], elementClass: string) {
    super();
    this.texts = texts;
    this.elementClass = elementClass;
  }
  override eq(other: GutterMarker): boolean {
    return other instanceof Mark && other.elementClass === this.elementClass && other.texts.join('\n') === this.texts.join('\n');
  }
  override toDOM(): Node {
    const box = document.createElement('div');
    for (const text of this.texts) {
      const line = document.createElement('div');
      line.textContent = text || '\u00a0';
      box.append(line);
    }
    return box;
  }
}

/** Number of the line at `pos` in the text before; null when the line is new. */
function numberBefore(state: EditorState, pos: number): number | null {
  let shift = 0;
  for (const chunk of getChunks(state)?.chunks ?? []) {
    if (pos < chunk.fromB) break;
    if (pos < chunk.toB) return null;
    shift = chunk.toA - chunk.toB;
  }
  const before = getOriginalDoc(state);
  return before.lineAt(Math.min(before.length, Math.max(0, pos + shift))).number;
}

/** Numbers of the lines that the block removed in front of `pos` had. */
function removedBefore(state: EditorState, pos: number): number[] {
  const chunk = getChunks(state)?.chunks.find((one) => one.fromB === pos && one.toA > one.fromA);
  if (!chunk) return [];
  const before: Text = getOriginalDoc(state);
  const first = before.lineAt(chunk.fromA).number;
  const last = before.lineAt(chunk.endA).number;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

const isRemoved = (view: EditorView, block: BlockInfo): number[] => (block.widget ? removedBefore(view.state, block.from) : []);

export const unifiedGutters: Extension = [
  gutter({
    class: 'cm-before',
    lineMarker: (view, line) => {
      const number = numberBefore(view.state, line.from);
      return new Mark([number === null ? '' : String(number)], number === null ? 'acc-added' : '');
    },
    widgetMarker: (view, _widget, block) => {
      const numbers = isRemoved(view, block);
      return numbers.length > 0 ? new Mark(numbers.map(String), 'acc-deleted') : null;
    },
    initialSpacer: (view) => new Mark([String(getOriginalDoc(view.state).lines)], ''),
  }),
  gutter({
    class: 'cm-now',
    lineMarker: (view, line) => new Mark([String(view.state.doc.lineAt(line.from).number)], numberBefore(view.state, line.from) === null ? 'acc-added' : ''),
    widgetMarker: (view, _widget, block) => (isRemoved(view, block).length > 0 ? new Mark([''], 'acc-deleted') : null),
    initialSpacer: (view) => new Mark([String(view.state.doc.lines)], ''),
  }),
  gutter({
    class: 'cm-sign',
    lineMarker: (view, line) => (numberBefore(view.state, line.from) === null ? new Mark(['+'], 'acc-added') : null),
    widgetMarker: (view, _widget, block) => {
      const numbers = isRemoved(view, block);
      return numbers.length > 0
        ? new Mark(
            numbers.map(() => '−'),
            'acc-deleted',
          )
        : null;
    },
    initialSpacer: () => new Mark(['+'], ''),
  }),
];
