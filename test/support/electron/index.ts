/**
 * A stand-in for Electron's module in the main process: real Node, real Chromium, no Electron runtime. It has what
 * `main/desktop` uses and nothing else; a new use of Electron starts with its entry here.
 *
 * Not as in Electron: `app://` is http inside Chromium, a popup exists for a moment before it is closed, responses of a scheme
 * do not stream, no fuses, no native menus.
 */
export { app } from './app.ts';
export { control } from './control.ts';
export { ipcMain } from './ipc-main.ts';
export { MessageChannelMain } from './ports.ts';
export { protocol, session } from './session.ts';
export { dialog, Menu, nativeImage, nativeTheme, Notification, screen, shell, Tray } from './shell.ts';
export { utilityProcess } from './utility-process.ts';
export { BrowserWindow } from './window.ts';
