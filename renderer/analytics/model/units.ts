/** Values as people read them: in shared, because alerts and reports print the same. */
export * from '#shared/lib/units.ts';
