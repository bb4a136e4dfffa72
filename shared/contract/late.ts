/** The part of the contract that the core loads when somebody first asks for it: its schemas are a tenth of the memory of a core at rest. */
import { analytics } from './analytics.ts';
import { reports } from './reports.ts';

export const late = { analytics, reports };
