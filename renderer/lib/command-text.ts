/** A command as it stands in a list: the program's name without its folder, then its arguments. */
import { joinCommand } from '#shared/lib/argv.ts';

/** One line of at most 200 characters; empty for an empty command. */
export function commandText([program = '', ...rest]: readonly string[]): string {
  return joinCommand([program.split('/').at(-1) ?? program, ...rest].filter((word) => word !== '')).slice(0, 200);
}
