/** A block that is being written now, at the end of the transcript. */
import type { LiveBlock as Block } from '../model/live-parts.ts';
import { Markdown } from './markdown.tsx';
import s from './items/items.module.css';
import row from './row.module.css';

/** The end of a long block is shown while it is written: the whole comes as a line of its own when it is done. */
const SHOWN = 6000;

export function LiveBlock({ block }: { block: Block }) {
  const text = block.text.length > SHOWN ? `…${block.text.slice(-SHOWN)}` : block.text;
  return (
    <div className={row.row} data-kind={block.kind === 'text' ? 'text' : 'tool'} data-live>
      {block.kind === 'text' ? (
        <Markdown text={text} />
      ) : (
        <div className={s.writing}>
          <span className={s.foldTitle}>{block.kind === 'thinking' ? 'Thinking' : 'Writing a tool call'}</span>
          <span className={s.tail}>{text.slice(-240).replace(/\s+/g, ' ')}</span>
        </div>
      )}
    </div>
  );
}
