/** Short messages at the foot of the page: what was done, with its undo, and what failed, with its reason. */
import type { Fault } from '#shared/lib/fault.ts';
import { create } from 'zustand';
import { faultFrom } from './faults.ts';

export type Toast = { readonly id: number; readonly text: string; readonly fault?: Fault; readonly undo?: () => unknown };

/** A message leaves after eight seconds; a fault stays until it is closed. */
const SHOWN_FOR = 8000;
const MOST = 4;

export const useToasts = create<{ toasts: readonly Toast[] }>(() => ({ toasts: [] }));
let next = 1;

/** Says one thing. `undo` makes it reversible by the button or by U. */
export function say(text: string, undo?: () => unknown): number {
  return push({ id: next++, text, ...(undo ? { undo } : {}) }, SHOWN_FOR);
}

/** Says what failed, in the fault's own words. */
export function sayFault(error: unknown): number {
  const fault = faultFrom(error);
  return push({ id: next++, text: fault.message, fault }, null);
}

function push(toast: Toast, ms: number | null): number {
  useToasts.setState((s) => ({ toasts: [...s.toasts, toast].slice(-MOST) }));
  if (ms !== null) setTimeout(() => dismiss(toast.id), ms);
  return toast.id;
}

export const dismiss = (id: number): void => useToasts.setState((s) => ({ toasts: s.toasts.filter((one) => one.id !== id) }));

/** Undoes the newest thing that can be undone. */
export function undoLast(): void {
  const last = useToasts.getState().toasts.findLast((one) => one.undo);
  if (!last) return;
  dismiss(last.id);
  void attempt(async () => last.undo?.());
}

/**
 * Runs an act and says its fault when it fails.
 * @returns the value, or undefined when it failed and was said
 */
export async function attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    sayFault(error);
    return undefined;
  }
}
