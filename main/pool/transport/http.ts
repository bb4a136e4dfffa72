/** A channel over HTTP. */
import type { Dial } from '../types.ts';
import { dialWebSocket } from './websocket.ts';

export const dialHttp: Dial = (target, events, limits) => dialWebSocket(target, events, limits);
