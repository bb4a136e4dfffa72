/** Hands a file to the browser. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has begun to read the file by then; the address must not live as long as the page.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
