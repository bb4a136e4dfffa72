/** What belongs to this window alone: theme, density, collapsed panels, the last choices. Kept in localStorage; public/theme.js reads the first two. */
import { create } from 'zustand';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'regular' | 'roomy';

function stored(key: string): string | null {
  try {
    return localStorage.getItem(`acc.${key}`);
  } catch {
    return null;
  }
}

/** Remembers a small text for this window. Storage may be blocked; then it is forgotten at the next reload. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`acc.${key}`, value);
  } catch {
    // Blocked storage loses a convenience, nothing else.
  }
}

/** The remembered text, or null. */
export const recall = (key: string): string | null => stored(key);

const oneOf = <T extends string>(value: string | null, all: readonly T[], otherwise: T): T => all.find((one) => one === value) ?? otherwise;

export const THEMES = ['system', 'light', 'dark'] as const satisfies readonly Theme[];
export const DENSITIES = ['compact', 'regular', 'roomy'] as const satisfies readonly Density[];

type Prefs = { theme: Theme; density: Density; rail: boolean; side: boolean };

export const usePrefs = create<Prefs>(() => ({
  theme: oneOf(stored('theme'), THEMES, 'system'),
  density: oneOf(stored('density'), DENSITIES, 'regular'),
  rail: stored('rail') !== 'closed',
  side: stored('side') !== 'closed',
}));

const systemDark = matchMedia('(prefers-color-scheme: dark)');

function paint(): void {
  const { theme, density } = usePrefs.getState();
  const dark = theme === 'dark' || (theme === 'system' && systemDark.matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.dataset.density = density;
}
systemDark.addEventListener('change', paint);

export function setTheme(theme: Theme): void {
  usePrefs.setState({ theme });
  remember('theme', theme);
  paint();
}

export function setDensity(density: Density): void {
  usePrefs.setState({ density });
  remember('density', density);
  paint();
}

/** Opens or closes the rail ( [ ) or the side panel ( ] ). */
export function togglePanel(panel: 'rail' | 'side'): void {
  const open = !usePrefs.getState()[panel];
  usePrefs.setState({ [panel]: open });
  remember(panel, open ? 'open' : 'closed');
}
