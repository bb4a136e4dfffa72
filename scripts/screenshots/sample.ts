/** The repositories in the pictures: small programs that work, with tests that pass. */

/** A service that says where a parcel is. */
export const parcels: Readonly<Record<string, string>> = {
  'README.md': `# parcels

Answers where a parcel is, whichever carrier has it.

    node src/server.js
    curl localhost:8080/track/fast-4711

- \`src/http.js\` talks to the carriers
- \`src/carriers.js\` knows their addresses and answers
- \`src/cache.js\` keeps answers for a minute
`,
  'package.json': `{
  "name": "parcels",
  "private": true,
  "type": "module",
  "scripts": {
    "start": "node src/server.js",
    "test": "node --test --test-reporter=spec",
    "soak": "node scripts/soak.js"
  }
}
`,
  'src/http.js': `/** One GET that answers with JSON. Throws when the answer is not a 2xx. */
export async function getJson(url, { timeoutMs = 2000, fetch = globalThis.fetch } = {}) {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(\`\${url} answered \${response.status}\`);
  return response.json();
}
`,
  'src/carriers.js': `import { getJson } from './http.js';

const carriers = {
  fast: { url: (id) => \`https://api.fast.example/v1/parcels/\${id}\`, read: (body) => ({ place: body.at, due: body.eta }) },
  north: { url: (id) => \`https://north.example/track?no=\${id}\`, read: (body) => ({ place: body.hub.name, due: body.hub.out }) },
};

/** Where a parcel is, as its carrier says. The id begins with the carrier's name. */
export async function locate(parcel, options) {
  const [name, id] = parcel.split('-');
  const carrier = carriers[name];
  if (!carrier) throw new Error('unknown carrier');
  return { parcel, ...carrier.read(await getJson(carrier.url(id), options)) };
}
`,
  'src/cache.js': `/** Keeps values for a while. */
export class Cache {
  #values = new Map();
  #ttlMs;

  constructor(ttlMs) {
    this.#ttlMs = ttlMs;
  }

  get(key, now = Date.now()) {
    const hit = this.#values.get(key);
    return hit && hit.until > now ? hit.value : undefined;
  }

  set(key, value, now = Date.now()) {
    this.#values.set(key, { value, until: now + this.#ttlMs });
  }
}
`,
  'src/dates.js': `/** A due date as people read it: \`Mon 3 Mar\`. */
export function dueText(iso) {
  return new Date(iso).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
}
`,
  'src/server.js': `import { createServer } from 'node:http';
import { Cache } from './cache.js';
import { locate } from './carriers.js';

const cache = new Cache(60_000);

export async function answer(request, response, find = locate) {
  const parcel = /^\\/track\\/([\\w-]+)$/.exec(request.url ?? '')?.[1];
  if (!parcel) return send(response, 404, { error: 'no such page' });
  try {
    const found = cache.get(parcel) ?? (await find(parcel));
    cache.set(parcel, found);
    return send(response, 200, found);
  } catch (error) {
    return send(response, 502, { error: error.message });
  }
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

if (process.argv[1]?.endsWith('server.js')) createServer(answer).listen(8080);
`,
  'scripts/soak.js': `// Asks the server for parcels until it is stopped, and says how long answers take.
import { setTimeout as pause } from 'node:timers/promises';
import { answer } from '../src/server.js';

const response = { writeHead() {}, end() {} };
for (let round = 1; ; round++) {
  const began = performance.now();
  for (let id = 0; id < 2000; id++) {
    await answer({ url: \`/track/fast-\${id}\` }, response, async (parcel) => ({ parcel, place: 'Hub 4', due: '2027-03-03' }));
  }
  const took = performance.now() - began;
  const heap = process.memoryUsage().heapUsed / 1e6;
  console.log(\`round \${round}: 2000 parcels in \${took.toFixed(1)} ms, heap \${heap.toFixed(1)} MB\`);
  await pause(1500);
}
`,
  'test/cache.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cache } from '../src/cache.js';

test('a value is kept until its time is over', () => {
  const cache = new Cache(100);
  cache.set('a', 1, 0);
  assert.equal(cache.get('a', 99), 1);
  assert.equal(cache.get('a', 101), undefined);
});
`,
  'test/http.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getJson } from '../src/http.js';

test('answers with the body', async () => {
  const body = await getJson('https://carrier.example', { fetch: async () => Response.json({ at: 'Hub 4' }) });
  assert.deepEqual(body, { at: 'Hub 4' });
});

test('names the status of a bad answer', async () => {
  const fetch = async () => new Response('', { status: 404 });
  await assert.rejects(getJson('https://carrier.example', { fetch }), /answered 404/);
});
`,
  'test/server.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer } from '../src/server.js';

/** What the server answers to one request. */
async function ask(url, find, headers = {}) {
  const seen = { status: 0, headers: {}, body: '' };
  const response = { writeHead: (status, given) => Object.assign(seen, { status, headers: given }), end: (body = '') => (seen.body = body) };
  await answer({ url, headers }, response, find);
  return seen;
}

test('says where a parcel is', async () => {
  const seen = await ask('/track/fast-1', async (parcel) => ({ parcel, place: 'Hub 4' }));
  assert.equal(seen.status, 200);
  assert.deepEqual(JSON.parse(seen.body), { parcel: 'fast-1', place: 'Hub 4' });
});

test('a page that is not there', async () => {
  assert.equal((await ask('/nowhere')).status, 404);
});
`,
};

/** A library of prices, so that there is more than one repository. */
export const tariffs: Readonly<Record<string, string>> = {
  'README.md': '# tariffs\n\nWhat it costs to send a parcel, by weight and zone.\n',
  'package.json': '{\n  "name": "tariffs",\n  "private": true,\n  "type": "module",\n  "scripts": { "test": "node --test" }\n}\n',
  'src/price.js': `const perKilo = { inland: 1.1, near: 2.4, far: 5.9 };

/** Price in euros of a parcel; the weight counts in whole kilos, rounded up. */
export function price(kilos, zone) {
  return Math.ceil(kilos) * perKilo[zone];
}
`,
  'test/price.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { price } from '../src/price.js';

test('every kilo that has begun counts', () => {
  assert.equal(price(1.2, 'inland'), 2.2);
});
`,
};
