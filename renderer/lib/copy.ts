/** Puts a text on the clipboard and says so. */
import { say } from './toasts.ts';

/**
 * @param what names it: "Session id"
 * @param otherwise said where the browser keeps the clipboard closed; the text itself when not given
 */
export async function copy(text: string, what: string, otherwise = `${what}: ${text}`): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied.`);
  } catch {
    say(`The clipboard is not open to this page. ${otherwise}`);
  }
}
