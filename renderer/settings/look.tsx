/** Theme, density and keys of this window. */
import { Button } from '../components/button.tsx';
import { Segments } from '../components/choice.tsx';
import { Panel } from '../components/panel.tsx';
import { openDialog } from '../frame/dialogs.ts';
import { setDensity, setTheme, usePrefs } from '../lib/prefs.ts';
import s from './settings.module.css';

export function LookSettings() {
  const theme = usePrefs((prefs) => prefs.theme);
  const density = usePrefs((prefs) => prefs.density);
  return (
    <Panel title="This window" note="takes effect at once" flush={false}>
      <div className={s.look}>
        <Segments
          label="Theme"
          value={theme}
          onChange={setTheme}
          options={[
            { id: 'system', label: 'As the system' },
            { id: 'light', label: 'Light' },
            { id: 'dark', label: 'Dark' },
          ]}
        />
        <Segments
          label="Rows"
          value={density}
          onChange={setDensity}
          options={[
            { id: 'compact', label: 'Compact' },
            { id: 'regular', label: 'Regular' },
            { id: 'roomy', label: 'Roomy' },
          ]}
        />
        <Button keys="?" onPress={() => openDialog({ kind: 'keys' })}>
          Show all keys
        </Button>
      </div>
    </Panel>
  );
}
