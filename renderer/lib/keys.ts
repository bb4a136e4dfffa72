/**
 * The one registry of keys. A screen registers its bindings while it is shown; the last registered wins, a dialog covers what is
 * below it. The same list feeds the sheet of keys, the palette and the hints on buttons.
 *
 * Written as: `j`, `Shift+j`, `Mod+k` (Ctrl, or Cmd on a Mac), `Mod+Enter`, `g o` (one after the other), `?`, `Escape`.
 */
import { createContext, useContext, useEffect, useRef } from 'react';
import { create } from 'zustand';

export type Binding = {
  /** The key, or several for the same act; the first is the one shown. */
  readonly keys: string | readonly string[];
  /** What it does, a verb with its object: "Allow once". */
  readonly label: string;
  readonly run: () => void;
  readonly enabled?: boolean;
  /** Also while typing; only for keys with Mod, and Escape. */
  readonly whileTyping?: boolean;
  /** Left out of the palette: moves and the like. */
  readonly quiet?: boolean;
};

type Registered = { readonly scope: string; readonly layer: number; readonly order: number; readonly bindings: readonly Binding[] };

type KeyState = { scopes: readonly Registered[]; layer: number; prefix: string };
export const useKeyState = create<KeyState>(() => ({ scopes: [], layer: 0, prefix: '' }));

/** Longest pause inside a sequence, milliseconds. */
const SEQUENCE_PAUSE = 1200;
export const isMac = navigator.platform.startsWith('Mac');

export const keysOf = (binding: Binding): readonly string[] => (typeof binding.keys === 'string' ? [binding.keys] : binding.keys);

/** How an event is written in a binding. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const single = event.key.length === 1;
  const letter = single && event.key.toLowerCase() !== event.key.toUpperCase();
  const shift = event.shiftKey && (letter || !single) ? 'Shift+' : '';
  return `${event.ctrlKey || event.metaKey ? 'Mod+' : ''}${event.altKey ? 'Alt+' : ''}${shift}${letter ? event.key.toLowerCase() : event.key}`;
}

const shown: Readonly<Record<string, string>> = { Mod: isMac ? '⌘' : 'Ctrl', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓', Delete: 'Del', ' ': 'Space' };

/** The parts of a key as they are printed: `Mod+k` → Ctrl, K. */
export const keyParts = (keys: string): string[] => keys.split(/[ +]/).map((part) => shown[part] ?? (part.length === 1 ? part.toUpperCase() : part));

const TEXT_INPUTS = new Set(['text', 'search', 'url', 'tel', 'email', 'password', 'number', 'date', 'time', 'datetime-local', 'month', 'week']);

/** Whether keys written into this element are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.has(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.getAttribute('role') === 'textbox';
}

function takesKey(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // A focused button or link keeps its own Enter and Space; an open menu or list box keeps its letters.
  if (name === 'Enter' || name === ' ')
    return target.closest('button, a[href], summary, [role="button"], [role="tab"], [role="checkbox"], [role="radio"]') !== null;
  return !name.startsWith('Mod+') && target.closest('[role="menu"], [role="listbox"]') !== null;
}

let prefixTimer: ReturnType<typeof setTimeout> | undefined;
function setPrefix(prefix: string): void {
  clearTimeout(prefixTimer);
  if (useKeyState.getState().prefix !== prefix) useKeyState.setState({ prefix });
  if (prefix !== '') prefixTimer = setTimeout(() => useKeyState.setState({ prefix: '' }), SEQUENCE_PAUSE);
}

/** The bindings that can act now, topmost first. */
export function activeBindings(state: KeyState = useKeyState.getState()): { scope: string; binding: Binding }[] {
  const found: { scope: string; binding: Binding }[] = [];
  for (let i = state.scopes.length - 1; i >= 0; i--) {
    const entry = state.scopes[i];
    if (entry?.layer !== state.layer) continue;
    for (const binding of entry.bindings) if (binding.enabled !== false) found.push({ scope: entry.scope, binding });
  }
  return found;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.key === 'Shift' || event.key === 'Control' || event.key === 'Meta' || event.key === 'Alt') return;
  const name = keyName(event);
  const typing = isTyping(event.target);
  if (!typing && takesKey(event.target, name)) return;
  const state = useKeyState.getState();
  const candidates = activeBindings(state).filter(({ binding }) => !typing || binding.whileTyping === true);
  const full = state.prefix === '' || typing ? name : `${state.prefix} ${name}`;
  const hit = candidates.find(({ binding }) => keysOf(binding).includes(full));
  if (hit) {
    event.preventDefault();
    setPrefix('');
    hit.binding.run();
    return;
  }
  const starts = !typing && candidates.some(({ binding }) => keysOf(binding).some((keys) => keys.startsWith(`${name} `)));
  if (starts) event.preventDefault();
  setPrefix(starts ? name : '');
}

/** Listens on the page. Called once, by main.tsx. */
export const startKeys = (): void => window.addEventListener('keydown', onKeyDown);

let nextOrder = 1;

/** How many dialogs are above the page at this place of the tree. */
export const KeyLayerContext = createContext(0);

/**
 * Registers bindings while the component is shown.
 * @param scope heading in the sheet of keys: "Inbox", "Everywhere"
 */
export function useKeys(scope: string, bindings: readonly Binding[]): void {
  const layer = useContext(KeyLayerContext);
  const latest = useRef(bindings);
  const order = useRef(0);
  useEffect(() => {
    latest.current = bindings;
  });
  const shape = JSON.stringify(bindings.map((b) => [b.keys, b.label, b.enabled !== false, b.whileTyping, b.quiet]));
  useEffect(() => {
    order.current ||= nextOrder++;
    const mine = latest.current.map((binding, i): Binding => ({ ...binding, run: () => latest.current[i]?.run() }));
    const entry: Registered = { scope, layer, order: order.current, bindings: mine };
    useKeyState.setState((s) => ({ scopes: [...s.scopes, entry].sort((a, b) => a.order - b.order) }));
    return () => useKeyState.setState((s) => ({ scopes: s.scopes.filter((one) => one !== entry) }));
  }, [scope, layer, shape]);
}

/** Layers shown now; the topmost has the keys. Children mount before their parents, so it is counted, not stacked. */
const layers: number[] = [];
const topLayer = (): void => useKeyState.setState({ layer: Math.max(0, ...layers), prefix: '' });

/** Called by the component that is the dialog: while it is shown, only bindings registered inside it act. Answers its layer. */
export function useKeyLayer(): number {
  const layer = useContext(KeyLayerContext) + 1;
  useEffect(() => {
    layers.push(layer);
    topLayer();
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      topLayer();
    };
  }, [layer]);
  return layer;
}
