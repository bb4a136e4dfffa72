/** `node scripts/icons.ts`: draws the icons of the app and its tray from the one drawing, `renderer/public/icon.svg`. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { launchChromium } from '../test/support/chromium.ts';

const root = path.resolve(import.meta.dirname, '..');
const svg = readFileSync(path.join(root, 'renderer/public/icon.svg'), 'utf8');
const icons = [
  { file: 'icon.png', size: 1024 },
  { file: 'tray.png', size: 22 },
  { file: 'tray@2x.png', size: 44 },
];

mkdirSync(path.join(root, 'resources'), { recursive: true });
const browser = await launchChromium();
for (const { file, size } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await page.screenshot({ path: path.join(root, 'resources', file), omitBackground: true });
}
await browser.close();
