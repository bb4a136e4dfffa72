/** Where the window was: kept in one small file, and only used again where a screen still shows it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Area = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() });
export type Area = z.infer<typeof Area>;

export const WindowState = z.object({ bounds: Area, maximized: z.boolean() });
export type WindowState = z.infer<typeof WindowState>;

export const MIN_WIDTH = 720;
export const MIN_HEIGHT = 480;
const DEFAULT = { width: 1440, height: 900 };
/** Of the title bar, how much has to be on a screen for a person to drag it, in pixels. */
const GRIP_WIDTH = 120;
const GRIP_HEIGHT = 32;

/**
 * The state to open with.
 * @param saved what was stored, if anything
 * @param screens work areas of all screens, the primary one first
 */
export function placeWindow(saved: WindowState | null, screens: readonly Area[]): WindowState {
  const [primary = { x: 0, y: 0, ...DEFAULT }] = screens;
  if (saved !== null && screens.some((screen) => showsGrip(saved.bounds, screen))) {
    return { ...saved, bounds: { ...saved.bounds, width: Math.max(MIN_WIDTH, saved.bounds.width), height: Math.max(MIN_HEIGHT, saved.bounds.height) } };
  }
  const width = Math.min(DEFAULT.width, primary.width);
  const height = Math.min(DEFAULT.height, primary.height);
  const x = primary.x + Math.round((primary.width - width) / 2);
  const y = primary.y + Math.round((primary.height - height) / 2);
  return { bounds: { x, y, width, height }, maximized: saved?.maximized ?? false };
}

function showsGrip(bounds: Area, screen: Area): boolean {
  const across = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
  const down = Math.min(bounds.y + GRIP_HEIGHT, screen.y + screen.height) - Math.max(bounds.y, screen.y);
  return across >= GRIP_WIDTH && down >= GRIP_HEIGHT / 2;
}

/** Reads the file; null when there is none or it is not one of ours. */
export function readWindowState(file: string): WindowState | null {
  try {
    return WindowState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Writes the file at once: this also runs while the app is going away. A full disk costs the position, nothing else. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state));
  } catch {
    // Not worth a word to the person: the window opens in the middle next time.
  }
}
