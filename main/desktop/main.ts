/** Entry of the desktop: what Electron runs. */
import { placesFrom } from './places.ts';
import { startDesktop } from './start.ts';

// Not awaited: Electron becomes ready only after this module has been evaluated.
void startDesktop(placesFrom(import.meta.dirname), process.argv.slice(1));
