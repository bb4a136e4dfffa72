/** An agent that counts: a number a line, every few milliseconds, until it is asked to end; its last line says how many there were. */
const everyMs = Number(process.argv[2] ?? 20);
let next = 0;
const timer = setInterval(() => process.stdout.write(`${next++}\n`), everyMs);
process.on('SIGTERM', () => {
  clearInterval(timer);
  process.stdout.write(`${next} in all\n`);
});
