/** Settings: one JSON text in `meta`; a property this version adds gets its default. */
import { defaultSettings, Settings } from '#shared/domain/settings.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';

export function settingsTable(sql: Sql): Store['settings'] {
  return {
    get: () => sql.get((row) => row.json('value', Settings), "select value from meta where key = 'settings'") ?? defaultSettings,
    save: (settings) =>
      sql.transaction(() => {
        sql.nextRev();
        sql.run("insert into meta values ('settings', ?) on conflict do update set value = excluded.value", JSON.stringify(Settings.parse(settings)));
      }),
  };
}
