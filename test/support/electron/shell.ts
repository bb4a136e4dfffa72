/** Everything a person sees outside the window: menu, tray, notifications, dialogs, other programs. Recorded, and driven by the specs. */
import type { Dialog, MenuItemConstructorOptions, MessageBoxOptions, NotificationConstructorOptions, Shell } from 'electron';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { control, displayOf } from './control.ts';

type MenuItem = {
  readonly id: string;
  readonly label: string;
  readonly role: string;
  readonly accelerator: string;
  readonly submenu: Menu | null;
  click(): void;
};

export class Menu {
  static #application: Menu | null = null;
  readonly items: MenuItem[];

  constructor(items: MenuItem[]) {
    this.items = items;
  }

  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): Menu {
    return new Menu(template.map(itemOf));
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      if (item.id === id) return item;
      const inner = item.submenu?.getMenuItemById(id) ?? null;
      if (inner !== null) return inner;
    }
    return null;
  }
}

function itemOf(template: MenuItemConstructorOptions): MenuItem {
  const { id = '', label = '', role = '', accelerator = '', submenu, click } = template;
  const press = click as ((...args: unknown[]) => void) | undefined;
  return {
    id,
    label,
    role,
    accelerator,
    submenu: Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : null,
    click: () => press?.(),
  };
}

export class Tray extends EventEmitter {
  static readonly all: Tray[] = [];
  toolTip = '';
  menu: Menu | null = null;
  destroyed = false;

  constructor(image: { isEmpty(): boolean }) {
    super();
    if (image.isEmpty()) throw new Error('the tray icon is empty');
    Tray.all.push(this);
  }
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  setContextMenu(menu: Menu): void {
    this.menu = menu;
  }
  destroy(): void {
    this.destroyed = true;
  }
}

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  readonly title: string;
  readonly body: string;

  constructor({ title = '', body = '' }: NotificationConstructorOptions) {
    super();
    this.title = title;
    this.body = body;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    Notification.shown.push(this);
    this.emit('show');
  }
}

export const nativeImage = { createFromPath: (file: string) => ({ isEmpty: () => !existsSync(file) }) };

export const dialog: Pick<Dialog, 'showErrorBox' | 'showMessageBox'> = {
  showErrorBox(title, content) {
    control.errors.push({ title, content });
  },
  async showMessageBox(...args: unknown[]) {
    const options = args.at(-1) as MessageBoxOptions;
    control.dialogs.push(options);
    return { response: control.answers.shift() ?? options.cancelId ?? 0, checkboxChecked: false };
  },
};

export const shell: Pick<Shell, 'openExternal'> = {
  async openExternal(url) {
    control.openedOutside.push(url);
  },
};

export const screen = {
  getPrimaryDisplay: () => displayOf(control.screens[0] ?? { x: 0, y: 0, width: 0, height: 0 }, 1),
  getAllDisplays: () => control.screens.map((area, index) => displayOf(area, index + 1)),
};

export const nativeTheme = {
  get shouldUseDarkColors(): boolean {
    return control.isDark;
  },
};
