/** The name of a time zone, such as `Europe/Berlin`. */
import { z } from 'zod';
import { isZone } from '../lib/zone.ts';

export const Zone = z.string().max(64).refine(isZone, 'the name of a time zone, such as Europe/Berlin');
