/** The application menu. Everything the tray offers is here too. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';

export type MenuActions = { open(view: string): void; quit(): void };

const views = [
  ['Overview', '/'],
  ['Agents', '/agents'],
  ['Inbox', '/inbox'],
  ['Review', '/review'],
  ['Repositories', '/repositories'],
  ['Settings', '/settings'],
  ['Diagnostics', '/diagnostics'],
] as const;

/** Sets the menu of the application. Developer tools are offered only in a checkout. */
export function setMenu(actions: MenuActions): void {
  const isMac = process.platform === 'darwin';
  const quit: MenuItemConstructorOptions = { id: 'quit', label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: () => actions.quit() };
  const template: MenuItemConstructorOptions[] = [
    ...(isMac
      ? [
          {
            label: app.name,
            submenu: [{ role: 'about' }, { type: 'separator' }, { role: 'hide' }, { role: 'hideOthers' }, quit],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    { label: 'File', submenu: isMac ? [{ role: 'close' }] : [{ role: 'close' }, { type: 'separator' }, quit] },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
      ],
    },
    {
      label: 'Go',
      submenu: views.map(([label, view], index) => ({ id: `go${view}`, label, accelerator: `CmdOrCtrl+${index + 1}`, click: () => actions.open(view) })),
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
