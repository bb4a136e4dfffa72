/** One line of the transcript: picks the view of its kind. */
import { memo } from 'react';
import type { IndexedItem } from '#shared/contract/sessions.ts';
import { Exit, Notice, Output, Permission, Plan, Subagent, Turn, Unknown } from './items/facts.tsx';
import { Message, Text, Thinking } from './items/spoken.tsx';
import { Tool } from './items/tool.tsx';
import type { RowProps } from './row-props.ts';
import s from './row.module.css';

type Props = { entry: IndexedItem; depth: number; open: boolean; live: boolean; onToggle: (index: number) => void };

/** @param depth how many subagents deep the line was said: 0 for the agent itself */
export const Row = memo(function Row({ entry, depth, open, live, onToggle }: Props) {
  const row = { at: entry.at, open, live, onToggle: () => onToggle(entry.index) };
  return (
    <div className={s.row} data-depth={depth || undefined} data-kind={entry.item.kind}>
      <Body entry={entry} row={row} />
    </div>
  );
});

function Body({ entry: { item }, row }: { entry: IndexedItem; row: RowProps }) {
  switch (item.kind) {
    case 'message':
      return <Message item={item} />;
    case 'text':
      return <Text item={item} />;
    case 'thinking':
      return <Thinking item={item} {...row} />;
    case 'tool':
      return <Tool item={item} {...row} />;
    case 'permission':
      return <Permission item={item} />;
    case 'subagent':
      return <Subagent item={item} live={row.live} />;
    case 'plan':
      return <Plan item={item} />;
    case 'output':
      return <Output item={item} />;
    case 'notice':
      return <Notice item={item} />;
    case 'unknown':
      return <Unknown item={item} {...row} />;
    case 'turn':
      return <Turn item={item} />;
    case 'exit':
      return <Exit item={item} />;
  }
}
