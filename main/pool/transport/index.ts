/** The ways to an agent host. */
export { dialWebSocket } from './websocket.ts';
export { isSecure } from './endpoint.ts';
