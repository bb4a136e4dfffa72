/** The one way a message enters the main process: its sender and its shape are checked before anybody sees it. */
import { ipcMain, type IpcMainEvent, type MessagePortMain } from 'electron';
import type { z } from 'zod';
import { isOurs } from './security.ts';

/**
 * Listens on a channel that hands over exactly one port.
 * @param schema what the message beside the port has to be
 * @param onRefused told why a message was dropped; its ports are closed
 */
export function onPort<T>(
  channel: string,
  schema: z.ZodType<T>,
  listener: (port: MessagePortMain, message: T) => void,
  onRefused: (why: string) => void,
): void {
  ipcMain.on(channel, (event, message: unknown) => {
    const parsed = schema.safeParse(message);
    const [port, ...more] = event.ports;
    if (isTrusted(event) && parsed.success && port !== undefined && more.length === 0) return listener(port, parsed.data);
    for (const refused of event.ports) refused.close();
    onRefused(`${channel} from ${event.senderFrame?.url.slice(0, 200) ?? 'a frame that is gone'}`);
  });
}

/** Our own page in the top frame of a window: not a frame inside it, and nothing that navigated meanwhile. */
function isTrusted({ senderFrame, sender }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame === sender.mainFrame && isOurs(senderFrame.url);
}
