/** The TCP sockets that are open, of all and by address, with a bound on both. */
import type { Socket } from 'node:net';

export class SocketCount {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #open = new Set<Socket>();
  readonly #byAddress = new Map<string, number>();

  constructor(most: number, mostOfOne: number) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @returns false when it is one too many; then it is not counted */
  add(socket: Socket): boolean {
    const address = socket.remoteAddress ?? '';
    const there = this.#byAddress.get(address) ?? 0;
    if (this.#open.size >= this.#most || there >= this.#mostOfOne) return false;
    this.#open.add(socket);
    this.#byAddress.set(address, there + 1);
    socket.once('close', () => {
      this.#open.delete(socket);
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    });
    return true;
  }

  destroyAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
