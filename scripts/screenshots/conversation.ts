/**
 * What the scripted model says in the pictures. The agent is the real Claude Code CLI: it reads, edits and runs what is written
 * here, in real repositories. A conversation is found by a sentence of the prompt.
 */
import type { Reply, ReplyBlock } from '#test/support/model/reply.ts';
import { text, thinking, tool } from '#test/support/model/reply.ts';
import type { Turn } from '#test/support/model/request.ts';

type Conversation = { readonly sentence: string; readonly steps: readonly (readonly ReplyBlock[])[]; readonly slowly?: boolean };

const read = (file: string): ReplyBlock => tool('Read', { file_path: file });
const edit = (file: string, before: string, after: string): ReplyBlock => tool('Edit', { file_path: file, old_string: before, new_string: after });
const write = (file: string, content: string): ReplyBlock => tool('Write', { file_path: file, content });
const grep = (word: string): ReplyBlock => tool('Bash', { command: `grep -rn "${word}" src test`, description: `Look for ${word}` });
const runTests = tool('Bash', { command: 'npm test', description: 'Run the tests' });

const retryTest = `
test('tries again when the carrier is busy', async () => {
  const answers = [503, 503, 200];
  const fetch = async () => (answers[0] === 200 ? Response.json({ at: 'Hub 4' }) : new Response('', { status: answers.shift() }));
  const body = await getJson('https://carrier.example', { fetch, pauseMs: 1 });
  assert.deepEqual(body, { at: 'Hub 4' });
});
`;

const etagFile = `import { createHash } from 'node:crypto';

/** A short name for a body: equal bodies have equal tags. */
export function etagOf(body) {
  return \`"\${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"\`;
}

/** Whether the caller has this body already. */
export function isKnown(request, etag) {
  const known = request.headers?.['if-none-match'] ?? '';
  return known.split(/\\s*,\\s*/).includes(etag);
}
`;

const etagTest = `
test('a parcel that has not moved is not sent again', async () => {
  const find = async (parcel) => ({ parcel, place: 'Hub 7' });
  const first = await ask('/track/fast-7', find);
  const again = await ask('/track/fast-7', find, { 'if-none-match': first.headers.etag });
  assert.equal(again.status, 304);
  assert.equal(again.body, '');
});
`;

const reader = 'Read every module under src and say which of them wait for the network while a request waits for them.';
const measurer = 'Look at the cache: how often would it answer for a day of parcels, and what does a miss cost?';

const conversations: readonly Conversation[] = [
  {
    sentence: 'Carriers answer 503 for a second or two',
    steps: [
      [
        thinking('The retry belongs where all carriers pass through. That is probably src/http.js; I should see who calls it before I change what it throws.'),
        text("I'll look at how carriers are called before I change anything."),
        read('src/http.js'),
        grep('getJson'),
      ],
      [
        text('All calls go through `getJson`, so the retry belongs there. A GET may be repeated safely; a 4xx must not be, because it will not get better.'),
        edit(
          'src/http.js',
          `export async function getJson(url, { timeoutMs = 2000, fetch = globalThis.fetch } = {}) {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(\`\${url} answered \${response.status}\`);
  return response.json();
}`,
          `export async function getJson(url, { timeoutMs = 2000, attempts = 3, pauseMs = 200, fetch = globalThis.fetch } = {}) {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (response.ok) return response.json();
    if (response.status < 500 || attempt === attempts) throw new Error(\`\${url} answered \${response.status}\`);
    await pause(pauseMs * 2 ** (attempt - 1));
  }
}`,
        ),
        edit('src/http.js', '/** One GET that answers', "import { setTimeout as pause } from 'node:timers/promises';\n\n/** One GET that answers"),
        read('test/http.test.js'),
      ],
      [edit('test/http.test.js', "test('names the status of a bad answer'", `${retryTest.trimStart()}\ntest('names the status of a bad answer'`), runTests],
      [
        text(
          'The tests pass. Pauses of equal length make all callers come back in the same moment, so the pause should vary. `p-retry` does that and honours `Retry-After`; I would rather use it than write it again.',
        ),
        tool('Bash', { command: 'npm install p-retry@7.1.0', description: 'Add p-retry for pauses that vary' }),
      ],
      [text('Done.')],
    ],
  },
  {
    sentence: 'Clients ask for the same parcel every few seconds',
    steps: [
      [text("I'll read the server and its tests first."), read('src/server.js'), read('test/server.test.js')],
      [text('The tag is a matter of its own, so it gets a module of its own.'), write('src/etag.js', etagFile)],
      [
        edit(
          'src/server.js',
          "import { locate } from './carriers.js';",
          "import { locate } from './carriers.js';\nimport { etagOf, isKnown } from './etag.js';",
        ),
        edit('src/server.js', 'return send(response, 200, found);', 'return send(response, 200, found, request);'),
        edit(
          'src/server.js',
          `function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}`,
          `function send(response, status, body, request) {
  const text = JSON.stringify(body);
  const etag = etagOf(text);
  if (request && isKnown(request, etag)) {
    response.writeHead(304, { etag });
    return response.end();
  }
  response.writeHead(status, { 'content-type': 'application/json', etag });
  response.end(text);
}`,
        ),
        edit('test/server.test.js', "test('a page that is not there'", `${etagTest.trimStart()}\ntest('a page that is not there'`),
      ],
      [runTests, read('README.md')],
      [edit('README.md', '- `src/cache.js` keeps', '- `src/etag.js` saves sending what the client has\n- `src/cache.js` keeps')],
      [
        text(
          'A parcel that has not moved is now answered with **304** and no body.\n\n- `src/etag.js` names a body by its hash and compares it with `If-None-Match`\n- `src/server.js` sends the tag with every answer\n- one test for the second request; all tests pass',
        ),
      ],
    ],
  },
  {
    sentence: 'The cache grows without end',
    steps: [
      [text('First the class and its test.'), read('src/cache.js'), read('test/cache.test.js')],
      [
        edit(
          'src/cache.js',
          '  constructor(ttlMs) {\n    this.#ttlMs = ttlMs;',
          '  #max;\n\n  constructor(ttlMs, max = 10_000) {\n    this.#ttlMs = ttlMs;\n    this.#max = max;',
        ),
        edit(
          'src/cache.js',
          '    this.#values.set(key, { value',
          '    this.#values.delete(key);\n    if (this.#values.size >= this.#max) this.#values.delete(this.#values.keys().next().value);\n    this.#values.set(key, { value',
        ),
        edit(
          'test/cache.test.js',
          "test('a value is kept",
          "test('the oldest value makes room', () => {\n  const cache = new Cache(100, 2);\n  for (const key of ['a', 'b', 'c']) cache.set(key, key, 0);\n  assert.equal(cache.get('a', 1), undefined);\n  assert.equal(cache.get('c', 1), 'c');\n});\n\ntest('a value is kept",
        ),
        runTests,
      ],
      [text('The cache holds at most 10,000 parcels; the one that was written longest ago makes room.')],
    ],
  },
  {
    sentence: 'Due dates are a day off',
    steps: [
      [text('The zone is missing: the machine decides it.'), read('src/dates.js')],
      [
        edit('src/dates.js', 'export function dueText(iso) {', "export function dueText(iso, timeZone = 'Europe/Berlin') {"),
        edit('src/dates.js', "{ weekday: 'short'", "{ timeZone, weekday: 'short'"),
        write(
          'test/dates.test.js',
          "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { dueText } from '../src/dates.js';\n\ntest('the day is that of the depot', () => {\n  assert.equal(dueText('2027-03-02T23:30:00Z'), 'Wed 3 Mar');\n});\n",
        ),
        runTests,
      ],
      [text('Dates are now those of the depot, with a test for the hour around midnight.')],
    ],
  },
  {
    sentence: 'An unknown carrier is answered with two words',
    steps: [
      [read('src/carriers.js')],
      [
        edit(
          'src/carriers.js',
          "throw new Error('unknown carrier')",
          'throw new Error(`no carrier "${name}"; there are ${Object.keys(carriers).join(\', \')}`)',
        ),
        runTests,
      ],
      [text('The error names the carrier that was asked for and those that there are.')],
    ],
  },
  {
    sentence: 'Say it as a sentence for the customer',
    steps: [
      [read('src/carriers.js')],
      [edit('src/carriers.js', 'no carrier "${name}"; there are', 'We do not know the carrier "${name}". We know'), runTests],
      [text('It is a sentence now.')],
    ],
  },
  {
    sentence: 'Prices have cents that are not there',
    steps: [
      [read('src/price.js'), read('test/price.test.js')],
      [
        edit('src/price.js', 'return Math.ceil(kilos) * perKilo[zone];', 'return Math.round(Math.ceil(kilos) * perKilo[zone] * 100) / 100;'),
        edit(
          'test/price.test.js',
          "test('every kilo",
          "test('prices are whole cents', () => {\n  assert.equal(price(3, 'inland'), 3.3);\n});\n\ntest('every kilo",
        ),
        runTests,
      ],
      [text('Prices are rounded to whole cents.')],
    ],
  },
  {
    sentence: 'A zone that is not in the table gives NaN',
    steps: [
      [read('src/price.js')],
      [edit('src/price.js', '  return Math', '  if (!(zone in perKilo)) throw new RangeError(`no zone "${zone}"`);\n  return Math'), runTests],
      [text('An unknown zone is an error that names it.')],
    ],
  },
  {
    sentence: 'Bulky parcels cost half as much again',
    steps: [
      [read('src/price.js'), read('test/price.test.js')],
      [
        edit('src/price.js', 'export function price(kilos, zone) {', 'export function price(kilos, zone, bulky = false) {'),
        edit('src/price.js', '* perKilo[zone] * 100)', '* perKilo[zone] * (bulky ? 1.5 : 1) * 100)'),
        edit(
          'test/price.test.js',
          "test('every kilo",
          "test('a bulky parcel costs half as much again', () => {\n  assert.equal(price(2, 'inland', true), 3.3);\n});\n\ntest('every kilo",
        ),
        runTests,
      ],
      [text('`price` takes a third argument, `bulky`, and adds half of the price.')],
    ],
  },
  {
    sentence: 'Describe the surcharge of bulky parcels',
    steps: [
      [read('README.md')],
      [edit('README.md', 'by weight and zone.', 'by weight and zone. Bulky parcels cost half as much again.')],
      [text('The README names the surcharge.')],
    ],
  },
  {
    sentence: 'Follow RFC 9110 for Retry-After',
    steps: [
      [
        text('The header has two forms, a date and a number of seconds. I want to read the exact wording before I parse it.'),
        tool('WebFetch', { url: 'https://www.rfc-editor.org/rfc/rfc9110.html', prompt: 'What are the two forms of Retry-After?' }),
      ],
    ],
  },
  {
    sentence: 'Where does a request spend its time',
    steps: [
      [
        text('Two questions that do not depend on each other: I ask two helpers at once.'),
        tool('Agent', { description: 'Read the modules', prompt: reader, subagent_type: 'Explore' }),
        tool('Agent', { description: 'Judge the cache', prompt: measurer, subagent_type: 'Explore' }),
      ],
      [text('Both are at work. I put their answers together when they are back, and measure what they name before I believe it.')],
    ],
  },
  {
    sentence: reader,
    slowly: true,
    steps: [
      [read('src/server.js'), read('src/carriers.js'), read('src/http.js')],
      [
        text(
          'Only one place waits for the network: `getJson` in src/http.js, with a limit of two seconds. It is reached from `locate`, and `locate` from `answer` when the cache has nothing. So a request waits at most once, and never for another request: two clients that ask for the same parcel in the same moment both go to the carrier, which is the part I would change first. The modules dates.js and cache.js do not wait for anything. '.repeat(
            12,
          ),
        ),
      ],
    ],
  },
  {
    sentence: measurer,
    slowly: true,
    steps: [
      [read('src/cache.js'), grep('new Cache')],
      [text('A value is kept for a minute. With one question a parcel every four seconds, fourteen of fifteen are hits. '.repeat(40))],
    ],
  },
  {
    sentence: 'Write a guide for every module',
    steps: [[thinking('A guide for every module: I begin with the server.'), read('src/server.js')], [read('src/http.js')], [read('src/carriers.js')]],
  },
];

/** Tokens of one answer: what reading a conversation again and a few lines of output come to. */
const usageOf = (step: number): { input: number; output: number; cacheRead: number; cacheWrite: number } => ({
  input: 1200,
  output: 640 + 90 * step,
  cacheRead: step === 0 ? 0 : 21_000 + 2400 * step,
  cacheWrite: step === 0 ? 21_000 : 2400,
});

/** The model's next answer; null when no conversation fits, so that a scenario of the tests may answer. */
export function nextReply(turn: Turn): Reply | null {
  const conversation = conversations.find(({ sentence }) => turn.prompt.includes(sentence));
  const blocks = conversation?.steps[turn.step];
  if (!conversation || !blocks) return null;
  const quick = !conversation.slowly || blocks.some((block) => block.type === 'tool_use');
  return { kind: 'message', blocks, usage: usageOf(turn.step), pace: quick ? { perSecond: 200, chars: 40 } : { perSecond: 5, chars: 4 } };
}
