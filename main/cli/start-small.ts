/**
 * Keeps what the start leaves behind small. Loading runs much code once and drops much of what it makes, and V8 takes that for a
 * busy program: it compiles the code once more for speed, and doubles the space for new objects again and again until the process
 * has been quiet for 8 s. Both wait until the core and its agent host are up; from then on V8 decides by the work there is.
 */
import { setFlagsFromString } from 'node:v8';

/** Until the agent host has come up, in milliseconds. */
const START_MS = 2500;

/** Call it before the program is loaded. Both are numbers that V8 reads at each such decision; the later ones are its defaults. */
export function startSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--minimum-invocations-before-optimization=100000');
  setTimeout(() => {
    setFlagsFromString('--semi-space-growth-factor=2');
    setFlagsFromString('--minimum-invocations-before-optimization=2');
  }, START_MS).unref();
}
