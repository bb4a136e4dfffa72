/** Which worlds a call of the test command means. */
import { globSync } from 'node:fs';

export const worlds = ['unit', 'integration', 'ui', 'desktop'] as const;
export type World = (typeof worlds)[number];

const folders: Record<World, readonly string[]> = {
  unit: ['test/unit'],
  integration: ['test/integration', 'test/faults'],
  ui: ['test/ui'],
  desktop: ['test/desktop'],
};

/** Test files of a world, relative to the repository. */
export function filesOf(world: World): string[] {
  return folders[world].flatMap((folder) => globSync(`${folder}/**/*.test.ts`));
}

/** Splits arguments into worlds and path filters; a path alone selects the worlds that hold matching files. */
export function select(args: readonly string[]): { names: World[]; filters: string[] } {
  const named = worlds.filter((world) => args.includes(world));
  const filters = args.filter((arg) => !worlds.some((world) => world === arg));
  if (named.length > 0 || filters.length === 0) return { names: named.length > 0 ? named : [...worlds], filters };
  const holding = worlds.filter((world) => filesOf(world).some((file) => filters.some((filter) => file.includes(filter))));
  return { names: holding.length > 0 ? holding : [...worlds], filters };
}
