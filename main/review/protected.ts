/** Protected branches: glob patterns as in `release/*`; `*` stands for any characters, the slash included. */

/** The first pattern that covers a branch; null when none does. */
export function protectedBy(patterns: readonly string[], branch: string): string | null {
  return patterns.find((pattern) => globOf(pattern).test(branch)) ?? null;
}

function globOf(pattern: string): RegExp {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`);
}
