/** Keys that work on every screen. They are also the palette's first entries. */
import { useMayAct } from '../lib/client.ts';
import { useKeys, type Binding } from '../lib/keys.ts';
import { DENSITIES, setDensity, setTheme, THEMES, togglePanel, usePrefs } from '../lib/prefs.ts';
import { go } from '../lib/router.ts';
import { undoLast, useToasts } from '../lib/toasts.ts';
import { openDialog } from './dialogs.ts';
import { places } from './places.ts';

const next = <T,>(all: readonly T[], now: T): T => all[(all.indexOf(now) + 1) % all.length] ?? now;

export function GlobalKeys() {
  const rail = usePrefs((prefs) => prefs.rail);
  const theme = usePrefs((prefs) => prefs.theme);
  const density = usePrefs((prefs) => prefs.density);
  const mayAct = useMayAct();
  const undoable = useToasts((state) => state.toasts.some((toast) => toast.undo));
  const nextTheme = next(THEMES, theme);
  const nextDensity = next(DENSITIES, density);
  const bindings: Binding[] = [
    { keys: 'Mod+k', label: 'Find or run anything', run: () => openDialog({ kind: 'palette' }), whileTyping: true, quiet: true },
    { keys: 'c', label: 'New task', run: () => openDialog({ kind: 'new-task' }), enabled: mayAct },
    ...places.map((place): Binding => ({ keys: place.keys, label: `Go to ${place.name}`, run: () => go(place.to) })),
    { keys: 'u', label: 'Undo the last act', run: undoLast, enabled: undoable },
    { keys: '[', label: rail ? 'Close the rail' : 'Open the rail', run: () => togglePanel('rail') },
    { keys: 'Mod+Shift+l', label: `Use the ${nextTheme === 'system' ? "system's" : nextTheme} theme`, run: () => setTheme(nextTheme) },
    { keys: 'Mod+Shift+d', label: `Use ${nextDensity} rows`, run: () => setDensity(nextDensity) },
    { keys: '?', label: 'Show all keys', run: () => openDialog({ kind: 'keys' }) },
  ];
  useKeys('Everywhere', bindings);
  return null;
}
