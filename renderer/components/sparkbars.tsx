/** Small bars of a count over time, oldest first: the last ones in the state's colour. Drawn as one SVG path pair, so a list of them is cheap. */
import { cx } from '../lib/cx.ts';
import s from './sparkbars.module.css';

const BAR = 3;
const GAP = 1.5;
const HEIGHT = 16;

function bars(values: readonly number[], from: number, top: number): string {
  let path = '';
  values.forEach((value, i) => {
    const height = value <= 0 ? 1 : Math.max(2, (value / top) * HEIGHT);
    path += `M${(from + i) * (BAR + GAP)} ${HEIGHT}v${-height}h${BAR}v${height}z`;
  });
  return path;
}

/** `label` says in words what the bars show; `lit` bars at the end are in colour. */
export function Sparkbars({ values, label, lit = 3, live = true }: { values: readonly number[]; label: string; lit?: number; live?: boolean }) {
  const top = Math.max(1, ...values);
  const split = Math.max(0, values.length - lit);
  const width = Math.max(1, values.length) * (BAR + GAP) - GAP;
  return (
    <svg className={s.bars} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
      <path className={s.past} d={bars(values.slice(0, split), 0, top)} />
      <path className={cx(s.recent, !live && s.past)} d={bars(values.slice(split), split, top)} />
    </svg>
  );
}
