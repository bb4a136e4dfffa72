/** Ctrl-Enter does the main act of a dialog, also while typing. Stands inside the dialog: its keys are those of its layer. */
import { useKeys } from '../lib/keys.ts';

/** @param scope the dialog's name in the sheet of keys. @param label what it does: "Save the rule" */
export function DialogKey({ scope, label, run, enabled = true }: { scope: string; label: string; run: () => void; enabled?: boolean }) {
  useKeys(scope, [{ keys: 'Mod+Enter', label, run, enabled, whileTyping: true }]);
  return null;
}
