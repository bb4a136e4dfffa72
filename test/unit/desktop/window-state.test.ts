import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MIN_HEIGHT, MIN_WIDTH, placeWindow, readWindowState, writeWindowState } from '#desktop/window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const saved = (x: number, y: number) => ({ bounds: { x, y, width: 1000, height: 700 }, maximized: false });

function file(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'acc-window-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'window.json');
}

test('a window comes back where it was', () => {
  expect(placeWindow(saved(300, 200), [screen])).toEqual(saved(300, 200));
  expect(placeWindow(saved(2200, 100), [screen, { x: 1920, y: 0, width: 1280, height: 1024 }])).toEqual(saved(2200, 100));
});

test('a window whose screen is gone opens in the middle of the first one', () => {
  expect(placeWindow(saved(2200, 100), [screen]).bounds).toEqual({ x: 240, y: 70, width: 1440, height: 900 });
});

test('wherever it was, the title bar can be reached and the size is usable', () => {
  const number = fc.integer({ min: -5000, max: 5000 });
  const size = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(number, number, size, size, fc.boolean(), (x, y, width, height, maximized) => {
      const { bounds } = placeWindow({ bounds: { x, y, width, height }, maximized }, [screen]);
      const across = Math.min(bounds.x + bounds.width, screen.width) - Math.max(bounds.x, 0);
      return across >= 120 && bounds.y + 32 > 0 && bounds.y < screen.height - 8 && bounds.width >= MIN_WIDTH && bounds.height >= MIN_HEIGHT;
    }),
  );
});

test('what was written is read, and a damaged file is as none', () => {
  const place = file();
  expect(readWindowState(place)).toBeNull();
  writeWindowState(place, saved(1, 2));
  expect(readWindowState(place)).toEqual(saved(1, 2));
  writeFileSync(place, '{"bounds":{"x":"left"}}');
  expect(readWindowState(place)).toBeNull();
  writeFileSync(place, '{"bou');
  expect(readWindowState(place)).toBeNull();
});

test('a folder that cannot be written costs nothing but the position', () => {
  expect(() => writeWindowState(path.join(file(), 'no', 'such', 'folder'), saved(1, 2))).not.toThrow();
});
