/** A button: a verb with its object, and the key that does the same. */
import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaProps } from 'react-aria-components/Button';
import { cx } from '../lib/cx.ts';
import { KeyHint } from './key-hint.tsx';
import s from './button.module.css';

export type ButtonProps = Omit<AriaProps, 'children' | 'className' | 'style'> & {
  children?: ReactNode;
  /** The one main act of a place is `primary`; `danger` ends or removes; `quiet` has no border. */
  look?: 'primary' | 'plain' | 'danger' | 'quiet';
  icon?: ReactNode;
  /** Key that does the same, as registered with `useKeys`. */
  keys?: string;
  size?: 'regular' | 'small';
  className?: string | undefined;
};

export function Button({ children, look = 'plain', icon, keys, size = 'regular', className, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={cx(s.button, s[look], size === 'small' && s.small, children === undefined && s.bare, className)}>
      {icon}
      {children !== undefined && <span className={s.label}>{children}</span>}
      {keys !== undefined && <KeyHint keys={keys} on={look === 'primary' ? 'accent' : 'surface'} />}
    </AriaButton>
  );
}

/** A button that is only an icon; its name is read and shown on hover. */
export function IconButton({ label, icon, ...rest }: Omit<ButtonProps, 'children' | 'aria-label'> & { label: string; icon: ReactNode }) {
  return <Button look="quiet" {...rest} icon={icon} aria-label={label} />;
}
