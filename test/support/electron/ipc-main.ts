/** `ipcMain`: an emitter; web contents put the messages of their pages into it. */
import { EventEmitter } from 'node:events';

export const ipcMain = new EventEmitter();
