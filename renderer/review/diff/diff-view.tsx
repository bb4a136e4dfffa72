/**
 * Both sides of a file, unified or side by side, long unchanged stretches folded. The editor lives in a shadow root of its own (see
 * theme.ts) and is read only. Loaded when the first diff is shown.
 */
import { goToNextChunk, goToPreviousChunk, MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorSelection, EditorState, type Extension, type StateCommand } from '@codemirror/state';
import { drawSelection, EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { languageOf } from './languages.ts';
import { unifiedGutters } from './numbers.ts';
import { rightSide, theme } from './theme.ts';
import s from './diff-view.module.css';

export type Layout = 'unified' | 'split';

/** What keys outside the editor can do to it. */
export type DiffHandle = { next(): void; previous(): void };

type Props = {
  path: string;
  before: string;
  after: string;
  layout: Layout;
  /** Told the handle when the diff is drawn, and null when it leaves. */
  onReady: (handle: DiffHandle | null) => void;
};

/** Bounds of the comparison: above them it gets coarser, never slower. */
const diffConfig = { scanLimit: 1000, timeout: 200 };
const collapseUnchanged = { margin: 4, minSize: 8 };

export default function DiffView({ path, before, after, layout, onReady }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const ready = useRef(onReady);
  useEffect(() => {
    ready.current = onReady;
  });
  useEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    let drawn: Drawn | null = null;
    let gone = false;
    // The language comes first: removed lines are coloured when they are drawn, not later.
    void language(path).then((syntax) => {
      if (gone) return;
      drawn = draw(root, { path, before, after, layout }, syntax);
      ready.current(drawn.handle);
    });
    return () => {
      gone = true;
      ready.current(null);
      drawn?.destroy();
    };
  }, [path, before, after, layout]);
  return <div ref={host} className={s.host} data-layout={layout} />;
}

type Drawn = { handle: DiffHandle; destroy: () => void };

/** A language that cannot be loaded costs its colours, nothing else. */
async function language(path: string): Promise<Extension> {
  try {
    return (await languageOf(path)?.()) ?? [];
  } catch {
    return [];
  }
}

function draw(root: ShadowRoot, { path, before, after, layout }: Omit<Props, 'onReady'>, syntax: Extension): Drawn {
  const common = (side: string): Extension => [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': `${path}, ${side}`, 'aria-readonly': 'true' }),
    drawSelection(),
    syntax,
    theme,
  ];
  if (layout === 'split') {
    const merge = new MergeView({
      a: { doc: before, extensions: [lineNumbers(), EditorView.lineWrapping, common('before')] },
      b: { doc: after, extensions: [lineNumbers(), EditorView.lineWrapping, common('after'), rightSide] },
      parent: root,
      root,
      collapseUnchanged,
      diffConfig,
      gutter: false,
    });
    return { handle: handleOf(merge.b), destroy: () => merge.destroy() };
  }
  const view = new EditorView({
    doc: after,
    extensions: [unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged, diffConfig, gutter: false }), unifiedGutters, common('changes')],
    parent: root,
    root,
  });
  return { handle: handleOf(view), destroy: () => view.destroy() };
}

function handleOf(view: EditorView): DiffHandle {
  const run = (command: StateCommand) => (): void => {
    command({ state: view.state, dispatch: (transaction) => view.dispatch(transaction) });
    view.dispatch({ effects: EditorView.scrollIntoView(EditorSelection.cursor(view.state.selection.main.head), { y: 'center' }) });
  };
  return { next: run(goToNextChunk), previous: run(goToPreviousChunk) };
}
