/** Ctrl-K: finds and runs everything. Fuzzy over acts and rows, recent choices first; from two letters on it also searches all text in the core. */
import { useQuery, keepPreviousData } from '@tanstack/react-query';
import { Command, defaultFilter } from 'cmdk';
import { useDeferredValue, useMemo, useState } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import type { SearchHit } from '#shared/contract/insight.ts';
import { formatRelative } from '#shared/lib/format.ts';
import { KeyHint } from '../../components/key-hint.tsx';
import { coreNow } from '../../lib/clock.ts';
import { client } from '../../lib/client.ts';
import { faultFrom } from '../../lib/faults.ts';
import { KeyLayerContext, useKeyLayer } from '../../lib/keys.ts';
import { go, to } from '../../lib/router.ts';
import { closeDialog } from '../dialogs.ts';
import { entriesNow, type Entry } from './entries.ts';
import { noteChoice, recentIds } from './recent.ts';
import s from './palette.module.css';

/** Matches what is shown, never the identifiers behind it. The first keyword is the label. */
const byWords = (_value: string, search: string, words: string[] = []): number => defaultFilter(words[0] ?? '', search, words.slice(1));

const GROUPS = ['Acts', 'Sessions', 'Changes', 'Repositories', 'Hosts'] as const;

export default function Palette({ query = '' }: { query?: string }) {
  return (
    <ModalOverlay className={s.overlay ?? ''} isOpen isDismissable onOpenChange={(open) => !open && closeDialog()}>
      <Modal className={s.modal ?? ''}>
        <AriaDialog aria-label="Find or run anything">
          <Content first={query} />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function Content({ first }: { first: string }) {
  const layer = useKeyLayer();
  const [query, setQuery] = useState(first);
  const [entries] = useState(entriesNow);
  const recent = useMemo(() => {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    return recentIds()
      .flatMap((id) => byId.get(id) ?? [])
      .slice(0, 6);
  }, [entries]);
  const asked = useDeferredValue(query.trim());

  const choose = (id: string, run: () => void): void => {
    noteChoice(id);
    closeDialog();
    // After the dialog is gone, so that the act finds the screen's keys and focus as they were.
    setTimeout(run, 0);
  };

  return (
    <KeyLayerContext value={layer}>
      <Command label="Find or run anything" className={s.palette} loop filter={byWords}>
        <Command.Input className={s.input} value={query} onValueChange={setQuery} placeholder="Find or run anything" autoFocus />
        <Command.List className={s.list}>
          <Command.Empty className={s.empty}>Nothing here has these words.</Command.Empty>
          {query === '' && recent.length > 0 && (
            <Command.Group heading="Recent" className={s.group}>
              {recent.map((entry) => (
                <Item key={`recent-${entry.id}`} entry={entry} prefix="recent" onChoose={choose} />
              ))}
            </Command.Group>
          )}
          {GROUPS.map((group) => {
            const mine = entries.filter((entry) => entry.group === group).slice(0, query === '' && group !== 'Acts' ? 5 : undefined);
            return (
              mine.length > 0 && (
                <Command.Group key={group} heading={group} className={s.group}>
                  {mine.map((entry) => (
                    <Item key={entry.id} entry={entry} prefix="" onChoose={choose} />
                  ))}
                </Command.Group>
              )
            );
          })}
          {asked.length >= 2 && <TextHits query={asked} onChoose={choose} />}
        </Command.List>
      </Command>
    </KeyLayerContext>
  );
}

type Choose = (id: string, run: () => void) => void;

function Item({ entry, prefix, onChoose }: { entry: Entry; prefix: string; onChoose: Choose }) {
  return (
    <Command.Item
      value={`${prefix}${entry.id}`}
      keywords={[entry.label, entry.note, ...entry.words]}
      className={s.item}
      onSelect={() => onChoose(entry.id, entry.run)}
    >
      <span className={s.label}>{entry.label}</span>
      <span className={s.note}>{entry.note}</span>
      {entry.keys !== undefined && <KeyHint keys={entry.keys} />}
    </Command.Item>
  );
}

const kinds: Readonly<Record<SearchHit['kind'], string>> = { task: 'task', transcript: 'transcript', file: 'file', decision: 'decision' };

function TextHits({ query, onChoose }: { query: string; onChoose: Choose }) {
  const { data, error, isFetching } = useQuery({
    queryKey: ['search', query],
    queryFn: ({ signal }) => client.insight.search({ query, limit: 20 }, { signal }),
    placeholderData: keepPreviousData,
  });
  if (error) return <p className={s.empty}>{`Text search failed: ${faultFrom(error).message}`}</p>;
  if (!data) return isFetching ? <p className={s.empty}>Searching all text</p> : null;
  if (data.hits.length === 0) return null;
  return (
    <Command.Group
      heading={`In all text, ${data.hits.length}${data.hits.length === 20 ? ' or more' : ''} found in ${Math.round(data.tookMs)} ms`}
      className={s.group}
      forceMount
    >
      {data.hits.map((hit) => (
        <Command.Item key={keyOf(hit)} value={`hit:${keyOf(hit)}`} className={s.item} forceMount onSelect={() => onChoose(`hit`, () => open(hit))}>
          <span className={s.kind}>{kinds[hit.kind]}</span>
          <span className={s.label}>{hit.title}</span>
          <span className={s.note}>{[hit.path, hit.snippet].find((text) => text !== null && text !== hit.title)}</span>
          <span className={s.when}>{formatRelative(hit.at, coreNow())}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

const keyOf = (hit: SearchHit): string => [hit.kind, hit.sessionId, hit.changeId, hit.itemIndex, hit.path, hit.at, hit.title].join(' ');

function open(hit: SearchHit): void {
  if (hit.changeId !== null && hit.kind !== 'transcript') go(to.change(hit.changeId));
  else if (hit.sessionId !== null) go(to.session(hit.sessionId, hit.itemIndex ?? undefined));
}
