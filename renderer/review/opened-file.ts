/** Which file of which change is open: kept while the page lives, so that coming back to a change shows the same file. */
import { create } from 'zustand';

const useOpened = create<{ files: ReadonlyMap<string, string> }>(() => ({ files: new Map() }));

/** Opens a file of a change, now or when the change is shown next. */
export function openFile(changeId: string, path: string): void {
  useOpened.setState((state) => ({ files: new Map(state.files).set(changeId, path) }));
}

/** @returns the path a person opened last in this change, or undefined */
export const useOpenedFile = (changeId: string): string | undefined => useOpened((state) => state.files.get(changeId));
