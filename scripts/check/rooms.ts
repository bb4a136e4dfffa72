/** The house: which room may import which, and which packages belong to one room only. */

/** Rooms of main, and what each may import besides itself. The order is that of the design. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  'main/core': ['shared', 'main/agents', 'main/host', 'main/pool', 'main/metrics', 'main/review', 'main/cluster', 'main/rollout', 'main/store'],
  'main/agents': ['shared', 'main/store', 'main/pool'],
  'main/host': ['shared'],
  'main/pool': ['shared'],
  'main/metrics': ['shared', 'main/store'],
  'main/review': ['shared', 'main/store'],
  'main/cluster': ['shared', 'main/store'],
  'main/rollout': ['shared', 'main/store', 'main/metrics'],
  'main/store': ['shared'],
  'main/desktop': ['shared'],
  'main/server': ['shared', 'main/core'],
  // The host for `acc host`, which is its other entry; the metrics for `acc trends`, which needs no core.
  'main/cli': ['shared', 'main/core', 'main/server', 'main/host', 'main/metrics'],
  preload: ['shared'],
  renderer: ['shared'],
};

/** Where databases are opened: the store's, and that of the analytics (docs/decisions/0010). */
const DATABASES = ['main/store', 'main/metrics/storage'];

/** The room a file lies in; null for files outside the house, such as tests and scripts, which may import anything. */
export function roomOf(file: string): string | null {
  const parts = file.split(/[\\/]/);
  const room = parts[0] === 'main' ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  return room.startsWith('main/') || room in mayImport ? room : null;
}

/** Why `from` may not import `text` (which is file `to`, or a package when null); null when it may. */
export function objection(from: string, text: string, to: string | null): string | null {
  const room = roomOf(from);
  if (room === null) return null;
  if (text === 'better-sqlite3' && !DATABASES.some((folder) => from.startsWith(`${folder}/`))) return `SQLite is opened only in ${DATABASES.join(' and ')}`;
  if (!(room in mayImport)) return `${room} is not a room of the house: name it in scripts/check/rooms.ts`;
  if (to === null) return packageObjection(room, text);
  const target = roomOf(to);
  if (target === room) return null;
  if (target === null) return `product code imports ${to}, which is not part of the product`;
  if (mayImport[room]?.includes(target) !== true) return `${room} may not import ${target}`;
  return text.startsWith('#') ? null : `another room is imported by its name: #${target.replace('main/', '')}/…`;
}

function packageObjection(room: string, text: string): string | null {
  const isNode = text.startsWith('node:');
  const withoutNode = room === 'renderer' || room === 'preload' || room === 'shared';
  if (isNode && withoutNode) return `${room} runs without Node`;
  if (/^electron($|\/)/.test(text) && room !== 'main/desktop' && room !== 'preload') return 'Electron is imported only in main/desktop and preload';
  return null;
}
