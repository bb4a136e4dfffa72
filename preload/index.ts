/**
 * The only bridge between a page and the app: the page posts `acc:connect` with one end of a MessageChannel, and that end goes to
 * the main process, which hands it to the core. Nothing is exposed to the page, so nothing of Electron can be reached from it.
 */
import { ipcRenderer } from 'electron';

window.addEventListener('message', (event) => {
  const [port] = event.ports;
  if (event.source !== window || event.data !== 'acc:connect' || port === undefined) return;
  ipcRenderer.postMessage('acc:connect', null, [port]);
});
