/** Which dashboard is shown; and what can be done with dashboards as a whole: new, name, copy, export, import, remove. */
import { MoreHorizontal } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button, IconButton } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FaultText } from '../../components/feedback.tsx';
import { Menu } from '../../components/menu.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { plural } from '#shared/lib/format.ts';
import type { Fault } from '#shared/lib/fault.ts';
import { newId } from '#shared/lib/id.ts';
import { useMayAct } from '../../lib/client.ts';
import { go, to } from '../../lib/router.ts';
import { say } from '../../lib/toasts.ts';
import { saveFile } from '../../lib/save-file.ts';
import { fileOf, readFile, type Draft } from '../model/files.ts';
import { add, change, draftOf, remove, undo, useDashboards } from './state.ts';
import bar from './toolbar.module.css';

type Asking = { readonly what: 'new' | 'rename' } | { readonly what: 'fault'; readonly fault: Fault };
/** Largest file that is read, in characters. */
const MOST = 2_000_000;

export function WhichDashboard({ dashboard, open, onOpen }: { dashboard: Draft; open: boolean; onOpen: (open: boolean) => void }) {
  const all = useDashboards((state) => state.dashboards) ?? [];
  const mayAct = useMayAct();
  const [asking, setAsking] = useState<Asking | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const show = (id: string): void => go(to.dashboard(id));
  const made = async (draft: Draft, words: string): Promise<void> => {
    const saved = await add(draft);
    if (!saved) return;
    show(saved.id);
    say(words, async () => {
      await remove(saved.id);
      show(dashboard.id);
    });
  };
  const take = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return;
    const text = chosen.size > MOST ? '' : await chosen.text();
    const read = readFile(text);
    if (!read.ok) return setAsking({ what: 'fault', fault: read.fault });
    const fresh = read.value.map((one) => ({ ...one, id: newId('dash') }));
    for (const one of fresh) if (!(await add(one))) return;
    const [first] = fresh;
    if (first) show(first.id);
    say(`Imported ${plural(fresh.length, 'dashboard')}.`, async () => {
      for (const one of fresh) await remove(one.id);
      show(dashboard.id);
    });
  };
  return (
    <>
      <Select
        label="Dashboard"
        hideLabel
        className={bar.which}
        open={open}
        onOpen={onOpen}
        options={all.map(({ id, name }) => ({ id, label: name }))}
        value={dashboard.id}
        onChange={show}
      />
      <Menu
        label="Acts on dashboards"
        acts={[
          ...(mayAct
            ? [
                { id: 'new', label: 'New dashboard…', run: () => setAsking({ what: 'new' }) },
                { id: 'rename', label: 'Rename…', run: () => setAsking({ what: 'rename' }) },
                {
                  id: 'copy',
                  label: 'Copy',
                  run: () =>
                    void made({ ...draftOf(dashboard), id: newId('dash'), name: `${dashboard.name} copy`.slice(0, 80) }, `Copied "${dashboard.name}".`),
                },
              ]
            : []),
          { id: 'export', label: 'Export', run: () => saveFile(`${dashboard.name}.json`, new Blob([fileOf([dashboard])], { type: 'application/json' })) },
          { id: 'export-all', label: 'Export all', run: () => saveFile('dashboards.json', new Blob([fileOf(all)], { type: 'application/json' })) },
          ...(mayAct
            ? [
                { id: 'import', label: 'Import…', run: () => file.current?.click() },
                {
                  id: 'remove',
                  label: `Remove "${dashboard.name}"`,
                  danger: true,
                  disabled: all.length < 2,
                  run: () =>
                    void remove(dashboard.id).then((done) => {
                      if (!done) return;
                      go(to.analytics);
                      say(`Removed "${dashboard.name}".`, async () => {
                        await add(draftOf(dashboard));
                        show(dashboard.id);
                      });
                    }),
                },
              ]
            : []),
        ]}
      >
        <IconButton label="Acts on dashboards" icon={<MoreHorizontal />} />
      </Menu>
      <input
        ref={file}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label="File with dashboards"
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {asking?.what === 'fault' && (
        <Dialog title="Not imported" width="narrow" onClose={() => setAsking(null)} actions={<Button onPress={() => setAsking(null)}>Close</Button>}>
          <FaultText fault={asking.fault} />
        </Dialog>
      )}
      {asking && asking.what !== 'fault' && (
        <NameDialog
          title={asking.what === 'new' ? 'New dashboard' : `Rename "${dashboard.name}"`}
          act={asking.what === 'new' ? 'Make dashboard' : 'Rename dashboard'}
          name={asking.what === 'new' ? '' : dashboard.name}
          onClose={() => setAsking(null)}
          onName={(name) => {
            setAsking(null);
            if (asking.what === 'new') void made({ id: newId('dash'), name, range: dashboard.range, compare: null, tiles: [] }, `Made "${name}".`);
            else {
              change(dashboard.id, (draft) => ({ ...draft, name }));
              say(`Renamed to "${name}".`, () => undo(dashboard.id));
            }
          }}
        />
      )}
    </>
  );
}

function NameDialog({
  title,
  act,
  name: first,
  onName,
  onClose,
}: {
  title: string;
  act: string;
  name: string;
  onName: (name: string) => void;
  onClose: () => void;
}) {
  const [name, setName] = useState(first);
  const good = name.trim().length > 0 && name.trim().length <= 80;
  return (
    <Dialog title={title} width="narrow" onClose={onClose}>
      <form
        className={bar.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (good) onName(name.trim());
        }}
      >
        <TextField label="Name" value={name} onChange={setName} autoFocus {...(name.length > 80 ? { error: 'At most 80 characters.' } : {})} />
        <div>
          <Button type="submit" look="primary" isDisabled={!good}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
