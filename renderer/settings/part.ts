/** What each part of the settings form is given. */
import type { Settings } from '#shared/domain/settings.ts';

/** Fields keep what a person wrote even while it cannot be saved; `part` null says so. */
export type Edit = <K extends keyof Settings>(key: K, part: Settings[K] | null) => void;
export type PartProps = { settings: Settings; edit: Edit };
