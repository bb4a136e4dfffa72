/** Which of the frame's dialogs is open: the palette, the sheet of keys, a new task, where a number comes from, sessions outside the app. One at a time. */
import { create } from 'zustand';
import type { Figure } from '#shared/contract/insight.ts';

export type OpenDialog =
  | { readonly kind: 'palette'; readonly query?: string }
  | { readonly kind: 'keys' }
  | { readonly kind: 'new-task'; readonly repositoryId?: string; readonly title?: string; readonly text?: string }
  | { readonly kind: 'origin'; readonly id: Figure['id'] }
  | { readonly kind: 'outside' };

export const useDialog = create<{ open: OpenDialog | null }>(() => ({ open: null }));

export const openDialog = (open: OpenDialog): void => useDialog.setState({ open });
export const closeDialog = (): void => useDialog.setState({ open: null });
