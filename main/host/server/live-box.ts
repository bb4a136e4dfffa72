/**
 * Text that is being written and gauges on their way to a center: never queued as messages. What is not sent yet is joined with what
 * comes next (text) or replaced by it (gauges), and left out when too much waits: the whole block follows as an event.
 */
import type { LivePart, SessionGauge } from '#shared/domain/session-event.ts';
import type { HostFrame } from '#shared/host-protocol/frames.ts';

export class LiveBox {
  readonly #maxChars: number;
  readonly #parts = new Map<string, LivePart[]>();
  readonly #gauges = new Map<string, SessionGauge>();
  #chars = 0;
  /** Parts that were left out since the box was made. */
  leftOut = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  get empty(): boolean {
    return this.#parts.size === 0 && this.#gauges.size === 0;
  }

  part(sessionId: string, part: LivePart): void {
    if (this.#chars + part.text.length > this.#maxChars) {
      this.leftOut++;
      return;
    }
    const parts = this.#parts.get(sessionId) ?? [];
    this.#parts.set(sessionId, parts);
    this.#chars += part.text.length;
    const last = parts.at(-1);
    if (last && last.blockId === part.blockId && last.kind === part.kind && last.offset + last.text.length === part.offset) {
      parts[parts.length - 1] = { ...last, text: last.text + part.text };
    } else parts.push(part);
  }

  gauge(sessionId: string, gauge: SessionGauge): void {
    this.#gauges.set(sessionId, gauge);
  }

  /** Everything for the sessions named, as one frame; null when there is nothing. */
  take(fits: (sessionId: string) => boolean): Extract<HostFrame, { t: 'live' }> | null {
    const parts: { sessionId: string; part: LivePart }[] = [];
    const gauges: { sessionId: string; gauge: SessionGauge }[] = [];
    for (const [sessionId, list] of this.#parts) {
      if (!fits(sessionId)) continue;
      this.#parts.delete(sessionId);
      for (const part of list) {
        parts.push({ sessionId, part });
        this.#chars -= part.text.length;
      }
    }
    for (const [sessionId, gauge] of this.#gauges) {
      if (!fits(sessionId)) continue;
      this.#gauges.delete(sessionId);
      gauges.push({ sessionId, gauge });
    }
    if (parts.length === 0 && gauges.length === 0) return null;
    return { t: 'live', ...(parts.length > 0 ? { parts } : {}), ...(gauges.length > 0 ? { gauges } : {}) };
  }

  clear(): void {
    this.#parts.clear();
    this.#gauges.clear();
    this.#chars = 0;
  }
}
