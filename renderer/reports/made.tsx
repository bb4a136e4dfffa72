/** Reports that were made, newest first; each file can be opened or saved. */
import { FileDown, Trash2 } from 'lucide-react';
import type { MadeReport, ReportFormat } from '#shared/domain/report.ts';
import { formatBytes } from '#shared/lib/format.ts';
import { Time } from '../components/amounts.tsx';
import { Button, IconButton } from '../components/button.tsx';
import { EmptyState } from '../components/feedback.tsx';
import { Cell, List } from '../components/list.tsx';
import { Panel } from '../components/panel.tsx';
import { useCursor } from '../components/use-cursor.ts';
import { client } from '../lib/client.ts';
import { useKeys } from '../lib/keys.ts';
import { attempt, say } from '../lib/toasts.ts';
import { dayText, formatLabel } from './model.ts';
import { saveBase64 } from './save-base64.ts';
import s from './reports.module.css';

type MadeProps = { reports: readonly MadeReport[]; mayAct: boolean; onChanged: () => void; onMake: () => void };

export function Made({ reports, mayAct, onChanged, onMake }: MadeProps) {
  const cursor = useCursor(reports.map((report) => report.id));
  const current = reports.find((report) => report.id === cursor.active);
  const save = async (report: MadeReport, format: ReportFormat): Promise<void> => {
    const file = await attempt(() => client.reports.file({ id: report.id, format }));
    if (!file) return;
    saveBase64(file);
    say(`Saved ${file.name}.`);
  };
  const remove = async (report: MadeReport): Promise<void> => {
    if (!(await attempt(() => client.reports.remove({ id: report.id })))) return;
    onChanged();
    say(`Removed "${report.title}".`, async () => {
      await client.reports.make({ spec: report.spec, formats: report.formats });
      onChanged();
    });
  };
  const first = current?.formats[0];
  useKeys('Reports', [{ keys: 'Delete', label: 'Remove the report', run: () => current && void remove(current), enabled: mayAct && current !== undefined }]);
  return (
    <Panel title="Reports" note={reports.length > 0 ? String(reports.length) : undefined}>
      {reports.length === 0 ? (
        <EmptyState
          action={
            mayAct && (
              <Button look="primary" onPress={onMake}>
                Make report
              </Button>
            )
          }
        >
          No report was made yet.
        </EmptyState>
      ) : (
        <List
          label="Reports"
          main
          items={reports}
          idOf={(report) => report.id}
          cursor={cursor}
          rowClass={s.row}
          {...(first ? { onOpen: (report: MadeReport) => void save(report, report.formats[0] ?? first) } : {})}
        >
          {(report) => (
            <>
              <Cell grow>
                <div className={s.text}>
                  <span className={s.name}>{report.title}</span>
                  <span className={s.dim}>
                    {dayText(report.spec.from)} to {dayText(report.spec.to - 1)}, {report.spec.sections.length} sections, {formatBytes(report.bytes)}
                  </span>
                </div>
              </Cell>
              <Cell end dim width={100}>
                <Time at={report.madeAt} />
              </Cell>
              <Cell end>
                <span className={s.acts}>
                  {report.formats.map((format) => (
                    <Button
                      key={format}
                      size="small"
                      icon={<FileDown />}
                      aria-label={`Save "${report.title}" as ${formatLabel(format)}`}
                      onPress={() => void save(report, format)}
                    >
                      {formatLabel(format)}
                    </Button>
                  ))}
                  {mayAct && <IconButton size="small" label={`Remove "${report.title}"`} icon={<Trash2 />} onPress={() => void remove(report)} />}
                </span>
              </Cell>
            </>
          )}
        </List>
      )}
    </Panel>
  );
}
