/** `npm run bench [NAME …]`: measures, prints, and writes results and docs/benchmarks.md. Ends with 1 when a goal does not hold. */
import { ownTempFolder } from '#test/support/temp-folder.ts';
import type { Bench } from './lib/figure.ts';
import { printFigures, save, writePage } from './lib/report.ts';

const load: Readonly<Record<string, () => Promise<Bench>>> = {
  start: async () => (await import('./cases/start.ts')).bench,
  boot: async () => (await import('./cases/boot.ts')).bench,
  live: async () => (await import('./cases/live.ts')).bench,
  fleet: async () => (await import('./cases/fleet.ts')).bench,
  balance: async () => (await import('./cases/balance.ts')).bench,
  dial: async () => (await import('./cases/dial.ts')).bench,
  receive: async () => (await import('./cases/receive.ts')).bench,
  cut: async () => (await import('./cases/cut.ts')).bench,
  clients: async () => (await import('./cases/clients.ts')).bench,
  'metrics-ingest': async () => (await import('./cases/metrics-ingest.ts')).bench,
  'metrics-query': async () => (await import('./cases/metrics-query.ts')).bench,
  'metrics-year': async () => (await import('./cases/metrics-year.ts')).bench,
  pixel: async () => (await import('./cases/pixel.ts')).bench,
  'pixel-long': async () => (await import('./cases/pixel-long.ts')).bench,
  transcript: async () => (await import('./cases/transcript.ts')).bench,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(load, name));
if (unknown.length > 0) {
  process.stderr.write(`bench: there is no ${unknown.join(', ')}; there are ${Object.keys(load).join(', ')}\n`);
  process.exit(2);
}

let missed = 0;
process.once('exit', ownTempFolder());
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
for (const name of asked.length > 0 ? asked : Object.keys(load)) {
  const bench = await load[name]?.();
  if (!bench) continue;
  process.stdout.write(`\n${bench.title}\n`);
  const figures = await bench.run((text) => process.stderr.write(`  ${text}\n`));
  printFigures(figures);
  save(bench, figures);
  missed += figures.filter((figure) => !figure.holds).length;
}
writePage();
process.exitCode = missed > 0 ? 1 : 0;
