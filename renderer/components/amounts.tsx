/** Numbers, money, sizes and times as elements: one form everywhere, exact value on hover. */
import { formatAge, formatBytes, formatCount, formatDuration, formatExact, formatMoney, formatRelative } from '#shared/lib/format.ts';
import { useClockText } from '../lib/clock.ts';

/** A moment, relative up to a day; the exact one on hover. */
export function Time({ at, ago = true }: { at: number; ago?: boolean }) {
  const text = useClockText((now) => (ago ? formatRelative(at, now) : formatAge(now - at)));
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {text}
    </time>
  );
}

/** Elapsed time as a clock. With `since` it runs. */
export function Duration({ ms, since }: { ms: number; since?: number | null }) {
  return typeof since === 'number' ? <RunningDuration ms={ms} since={since} /> : <span className="num">{formatDuration(ms)}</span>;
}

function RunningDuration({ ms, since }: { ms: number; since: number }) {
  return <span className="num">{useClockText((now) => formatDuration(ms + Math.max(0, now - since)))}</span>;
}

/** Money to the cent; what is not known is said as a dash with its reason. */
export function Money({ usd, unknown = 'The agent reports no cost' }: { usd: number | null; unknown?: string }) {
  if (usd === null) return <span title={unknown}>–</span>;
  return (
    <span className="num" title={`$${usd.toFixed(4)}`}>
      {formatMoney(usd)}
    </span>
  );
}

export const Count = ({ value }: { value: number }) => (
  <span className="num" title={value.toLocaleString('en-US')}>
    {formatCount(value)}
  </span>
);
export const Bytes = ({ value }: { value: number }) => (
  <span className="num" title={`${value.toLocaleString('en-US')} bytes`}>
    {formatBytes(value)}
  </span>
);

/** Lines added and taken away. */
export function Lines({ added, deleted }: { added: number; deleted: number }) {
  return (
    <span className="lines">
      <span className="added">+{added}</span> <span className="deleted">−{deleted}</span>
    </span>
  );
}
