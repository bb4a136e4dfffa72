/** What a person would have seen and done, for the specs to read and to script: the stand-in has no screen, tray or dialogs of its own. */
import type { Display, MessageBoxOptions } from 'electron';

type Area = { x: number; y: number; width: number; height: number };

export const control = {
  /** Work areas of the screens, the primary one first. */
  screens: [{ x: 0, y: 0, width: 1920, height: 1040 }] as Area[],
  isDark: false,
  /** True when another instance holds the lock. */
  lockTaken: false,
  /** Indexes of the buttons a person will press, in order; without one a dialog is cancelled. */
  answers: [] as number[],
  dialogs: [] as MessageBoxOptions[],
  errors: [] as { title: string; content: string }[],
  openedOutside: [] as string[],
  /** Addresses outside the app's own scheme that a page tried to load. None of them leaves the machine. */
  outgoing: [] as string[],
  defaultFor: [] as string[],
  exitCode: null as number | null,
};

/** A display as Electron describes it, of which the product reads two fields. */
export const displayOf = (workArea: Area, id: number): Pick<Display, 'id' | 'workArea'> => ({ id, workArea });
