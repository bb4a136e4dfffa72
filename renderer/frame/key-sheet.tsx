/** All keys that act on this screen now, read from the registry. */
import { useState } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { KeyHint } from '../components/key-hint.tsx';
import { keyParts, keysOf, useKeyState, type Binding } from '../lib/keys.ts';
import { closeDialog } from './dialogs.ts';
import s from './key-sheet.module.css';

/** The bindings below this dialog, screens first, each key once. */
function sheet(): [string, Binding[]][] {
  const groups = new Map<string, Binding[]>();
  const taken = new Set<string>();
  for (const entry of useKeyState.getState().scopes.toReversed()) {
    if (entry.layer !== 0) continue;
    for (const binding of entry.bindings) {
      const first = keysOf(binding)[0] ?? '';
      if (taken.has(first)) continue;
      taken.add(first);
      groups.set(entry.scope, [...(groups.get(entry.scope) ?? []), binding]);
    }
  }
  const everywhere = groups.get('Everywhere');
  groups.delete('Everywhere');
  return everywhere ? [...groups, ['Everywhere', everywhere]] : [...groups];
}

export default function KeySheet() {
  const [groups] = useState(sheet);
  return (
    <Dialog title="Keys on this screen" onClose={closeDialog} width="wide">
      <div className={s.columns}>
        {groups.map(([scope, bindings]) => (
          <section key={scope} className={s.group} aria-label={scope}>
            <h3>{scope}</h3>
            <dl>
              {bindings.map((binding) => (
                <div key={keysOf(binding)[0]} className={s.line} data-off={binding.enabled === false ? '' : undefined}>
                  <dt>{binding.label}</dt>
                  <dd>
                    {keysOf(binding)
                      .filter((keys) => !keys.includes('Arrow'))
                      .map((keys) => (
                        <span key={keys}>
                          <KeyHint keys={keys} />
                          <span className="visually-hidden">{keyParts(keys).join(' ')}</span>
                        </span>
                      ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
