/** Tells news through the system. A click opens the view it is about; the app's settings say which kinds are told. */
import { Notification } from 'electron';
import type { Settings } from '#shared/domain/settings.ts';
import type { News } from './attention.ts';

/** How many shown notifications are held: one that is collected as garbage can no longer be clicked. */
const MAX_HELD = 50;
const held: Notification[] = [];

/** Shows the pieces of news the settings allow. */
export function notify(news: readonly News[], wanted: Settings['notify'], open: (view: string) => void): void {
  if (!Notification.isSupported()) return;
  for (const { kind, title, body, view } of news) {
    // Alerts have a choice of their own: the channels of their rule.
    if (kind !== 'alert' && !wanted[kind]) continue;
    const notification = new Notification({ title, body });
    const forget = (): void => {
      const at = held.indexOf(notification);
      if (at >= 0) held.splice(at, 1);
    };
    notification.on('click', () => {
      forget();
      open(view);
    });
    notification.on('close', forget);
    held.push(notification);
    held.splice(0, held.length - MAX_HELD);
    notification.show();
  }
}
