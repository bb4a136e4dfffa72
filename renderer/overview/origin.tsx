/** Where a number comes from: its formula, what it was counted over, and the rows behind it. */
import { useQuery } from '@tanstack/react-query';
import type { Figure } from '#shared/contract/insight.ts';
import { Time } from '../components/amounts.tsx';
import { Dialog } from '../components/dialog.tsx';
import { EmptyState, ErrorState, Skeleton } from '../components/feedback.tsx';
import { Facts } from '../components/panel.tsx';
import { closeDialog } from '../frame/dialogs.ts';
import { client } from '../lib/client.ts';
import { href, to } from '../lib/router.ts';
import { printBasis, printChange, printValue, printWindow } from './figure-text.ts';
import s from './origin.module.css';

export default function Origin({ id }: { id: Figure['id'] }) {
  const { data, error, refetch } = useQuery({ queryKey: ['origin', id], queryFn: ({ signal }) => client.insight.origin({ id }, { signal }), staleTime: 0 });
  return (
    <Dialog title={data ? `${data.figure.title}, where this comes from` : 'Where this comes from'} onClose={closeDialog} width="wide">
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton rows={6} />
      ) : (
        <div className={s.origin}>
          <Summary figure={data.figure} />
          {data.inputs.length === 0 ? (
            <EmptyState>{`Nothing was counted in the last ${printWindow(data.figure.windowMs)}.`}</EmptyState>
          ) : (
            <table className={s.table}>
              <caption className="visually-hidden">The rows behind it</caption>
              <thead>
                <tr>
                  <th scope="col">Counted</th>
                  <th scope="col" className={s.value}>
                    Value
                  </th>
                  <th scope="col" className={s.when}>
                    When
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.inputs.map((input) => (
                  <tr key={`${input.label} ${input.at} ${input.sessionId} ${input.changeId}`}>
                    <td>
                      <Source label={input.label} changeId={input.changeId} sessionId={input.sessionId} />
                    </td>
                    <td className={s.value}>{input.value}</td>
                    <td className={s.when}>{input.at !== null && <Time at={input.at} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      )}
    </Dialog>
  );
}

function Summary({ figure }: { figure: Figure }) {
  const change = printChange(figure);
  return (
    <Facts
      rows={[
        ['Value', figure.value === null ? `not enough data: ${figure.missing ?? 'nothing counted yet'}` : printValue(figure.unit, figure.value)],
        [
          'Against the window before',
          figure.previous === null ? 'not enough data then' : `${printValue(figure.unit, figure.previous)}${change ? `, ${change.text}` : ', the same'}`,
        ],
        ['Counted over', printBasis(figure)],
        ['Formula', <code key="formula">{figure.formula}</code>],
      ]}
    />
  );
}

function Source({ label, changeId, sessionId }: { label: string; changeId: string | null; sessionId: string | null }) {
  const address = changeId !== null ? to.change(changeId) : sessionId !== null ? to.session(sessionId) : null;
  if (address === null) return <>{label}</>;
  return (
    <a href={href(address)} onClick={closeDialog}>
      {label}
    </a>
  );
}
