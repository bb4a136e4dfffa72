/** The open windows, apart from both app and windows because each needs them. */

type Listed = { close(): void; readonly gone: Promise<void>; isDestroyed(): boolean };

export const windowList: Listed[] = [];

/** Closes every window. False when one refused. */
export async function closeAllWindows(): Promise<boolean> {
  // A copy, because windows leave the list as they close.
  for (const window of windowList.slice()) {
    window.close();
    if (!window.isDestroyed()) return false;
    await window.gone;
  }
  return true;
}
