/** What the tour's sample repository begins with, and the program that plays the agent in it. */

export const tourFiles: Readonly<Record<string, string>> = {
  'README.md': `# Greeter

A very small program, made by the tour of Automatic Claude Code. Nothing else depends on it.

- \`greet(name)\` greets somebody.
`,
  'package.json': `{
  "name": "greeter",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test" }
}
`,
  'src/greet.js': `/** Greets somebody. */
export function greet(name) {
  return \`Hello, \${name}.\`;
}
`,
  'test/greet.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../src/greet.js';

test('greets by name', () => {
  assert.equal(greet('Ada'), 'Hello, Ada.');
});
`,
};

/** Edits the files one after the other, slowly enough to watch. Needs Node's own modules only. */
export const tourAgent = `// The agent of the tour: a program like any other. What it prints is its transcript, what it changes is its change.
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const say = async (text) => {
  console.log(text);
  await pause(600);
};
const edit = async (file, change) => {
  const before = await readFile(file, 'utf8');
  const after = change(before);
  if (after !== before) await writeFile(file, after);
  await say('Edited ' + file);
};

await say('Reading the task: ' + (process.env.ACC_PROMPT ?? '').split('\\n')[0]);
await say('Looking at src/greet.js');
await edit('src/greet.js', (text) =>
  text.includes('function goodbye')
    ? text
    : text + '\\n/** Says goodbye to somebody. */\\nexport function goodbye(name) {\\n  return \`Goodbye, \${name}.\`;\\n}\\n',
);
await say('Writing a test for it');
await edit('test/greet.test.js', (text) =>
  text.includes('goodbye')
    ? text
    : text.replace('import { greet }', 'import { goodbye, greet }') +
      "\\ntest('says goodbye by name', () => {\\n  assert.equal(goodbye('Ada'), 'Goodbye, Ada.');\\n});\\n",
);
await edit('README.md', (text) => (text.includes('goodbye') ? text : text + '- \`goodbye(name)\` says goodbye to somebody.\\n'));
await say('Done: goodbye(name) is there, tested, and named in the README.');
`;
