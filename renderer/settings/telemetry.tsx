/** What comes in from sessions outside the app, and the ways out: a collector, Prometheus, the raw store. Each acts at once. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Settings } from '#shared/domain/settings.ts';
import { Button } from '../components/button.tsx';
import { ErrorState, Skeleton } from '../components/feedback.tsx';
import { Panel } from '../components/panel.tsx';
import { StatusDot } from '../components/status.tsx';
import { openDialog } from '../frame/dialogs.ts';
import { client, useMayAct } from '../lib/client.ts';
import { ExportDialog } from '../telemetry/export-dialog.tsx';
import { exportStatus, exportText } from '../telemetry/export-words.ts';
import s from './settings.module.css';

const REFRESH_MS = 5000;

export function TelemetrySettings({ settings }: { settings: Settings }) {
  const queries = useQueryClient();
  const mayAct = useMayAct();
  const [open, setOpen] = useState(false);
  const asked = useQuery({ queryKey: ['export'], queryFn: ({ signal }) => client.analytics.exportState({}, { signal }), refetchInterval: REFRESH_MS });
  const info = useQuery({ queryKey: ['info'], queryFn: ({ signal }) => client.system.info({}, { signal }), staleTime: Infinity });
  const state = asked.data;
  const saved = (stored: Settings['export']): void => {
    queries.setQueryData<Settings>(['settings'], (before) => before && { ...before, export: stored });
    void asked.refetch();
  };
  return (
    <Panel title="Telemetry" note="takes effect at once">
      <div className={s.way}>
        <div>
          <h3>Sessions outside the app</h3>
          <p>Claude Code in a terminal can report here, on this machine and beside every agent host.</p>
        </div>
        {mayAct && <Button onPress={() => openDialog({ kind: 'outside' })}>Outside sessions…</Button>}
      </div>
      <div className={s.way}>
        <div>
          <h3>Metrics to a collector {state && <StatusDot {...exportStatus(settings.export, state)} />}</h3>
          {settings.export.endpoint !== '' && (
            <p>
              <code>{settings.export.endpoint}</code>, every {settings.export.intervalSeconds} s
            </p>
          )}
          {asked.error ? (
            <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />
          ) : state ? (
            <p>{exportText(settings.export, state)}</p>
          ) : (
            <Skeleton rows={1} />
          )}
        </div>
        {mayAct && state && <Button onPress={() => setOpen(true)}>Export to a collector…</Button>}
      </div>
      {info.data && (
        <>
          <div className={s.way}>
            <div>
              <h3>Prometheus</h3>
              {info.data.mode === 'headless' ? (
                <p>
                  Scrape <code>{`${location.origin}/metrics`}</code> with the bearer token of this core; it is in <code>core.json</code> in the data folder.
                </p>
              ) : (
                <p>
                  Only a headless core serves <code>/metrics</code>: start it with <code>acc start --headless</code>.
                </p>
              )}
            </div>
          </div>
          <div className={s.way}>
            <div>
              <h3>Raw store</h3>
              <p>
                <code>{`${info.data.dataDir}${info.data.dataDir.includes('\\') ? '\\' : '/'}metrics.db`}</code> is plain SQLite that any program may read while
                the app runs, for example with <code>sqlite3 -readonly</code>. Its tables are described in the documentation under "The data behind the
                analytics".
              </p>
            </div>
          </div>
        </>
      )}
      {open && state && <ExportDialog settings={settings.export} state={state} onClose={() => setOpen(false)} onSaved={saved} />}
    </Panel>
  );
}
