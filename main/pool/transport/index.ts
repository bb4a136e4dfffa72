/** The ways to an agent host. */
export { dialHttp } from './http.ts';
export { dialWebSocket } from './websocket.ts';
export { DialGate, type Permit } from './dial-gate.ts';
export type { DialTimes, Timers, Welcome } from './greeting.ts';
export type { OpenEvents } from './race.ts';
export { Route, type Opening, type RouteOptions } from './route.ts';
