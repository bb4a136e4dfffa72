/**
 * Electron tells a port when its other end was closed; Chromium alone does not. This script, run in the page before its own, adds
 * that: a closed end says so in a last message, which the other end turns into the `close` event.
 */

/** The last message of a port. */
export const PORT_CLOSED = 'stand-in: port closed';

export const portCloseScript = `(() => {
  const Channel = MessageChannel;
  const watch = (port) => {
    port.addEventListener('message', (event) => {
      if (event.data !== ${JSON.stringify(PORT_CLOSED)}) return;
      event.stopImmediatePropagation();
      close();
      port.dispatchEvent(new Event('close'));
    });
    const close = port.close.bind(port);
    port.close = () => { port.postMessage(${JSON.stringify(PORT_CLOSED)}); close(); };
  };
  globalThis.MessageChannel = class extends Channel {
    constructor() { super(); watch(this.port1); watch(this.port2); }
  };
})();`;
