/** Hands a file the core gave as base64 to the browser. */
import { saveFile } from '../lib/save-file.ts';

export function saveBase64({ name, type, base64 }: { name: string; type: string; base64: string }): void {
  saveFile(name, new Blob([Uint8Array.from(atob(base64), (sign) => sign.codePointAt(0) ?? 0)], { type }));
}
