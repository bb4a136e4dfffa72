/** Which addresses in an agent's text may become links: http and https only, opened outside the app. */

/** @returns the address when it may be opened, else null */
export function safeLink(address: string): string | null {
  try {
    const url = new URL(address);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}
