/** The connections to one host as a table. Only the rows in sight are in the page. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, type ReactNode } from 'react';
import type { HostFacts, SocketFacts } from '#shared/domain/connection.ts';
import { formatAge, formatBytes, formatCount, formatExact } from '#shared/lib/format.ts';
import { EmptyState } from '../components/feedback.tsx';
import { Panel } from '../components/panel.tsx';
import { useNow } from '../lib/clock.ts';
import { State } from './shape.tsx';
import { bareMs, seconds, socketName, socketWords, transportWords } from './words.ts';
import s from './sockets.module.css';

/** Height of a row and rows shown before it scrolls. Pixels, rows. */
const ROW = 30;
const SHOWN = 8;

type Column = { readonly name: string; readonly note?: string; readonly cell: (socket: SocketFacts, now: number) => ReactNode };

const columns = (hostId: string, windowMs: number): readonly Column[] => {
  const over = `of the answers and heartbeats on it in ${seconds(windowMs)}`;
  return [
    { name: '#', note: 'Its number, as in the events', cell: (socket) => socketName(hostId, socket.id).replace('#', '') },
    { name: 'State', cell: (socket) => <State state={socketWords[socket.state]} /> },
    { name: 'Transport', cell: (socket) => transportWords[socket.transport] },
    { name: 'Age', cell: (socket, now) => <span title={formatExact(socket.openedAt)}>{age(now - socket.openedAt)}</span> },
    { name: 'Active', note: 'Last activity', cell: (socket, now) => (socket.lastActivityAt === null ? 'not yet' : ago(now - socket.lastActivityAt)) },
    { name: 'p50', note: `Half ${over} came within this time`, cell: (socket) => <Measured socket={socket} which="p50" /> },
    { name: 'p95', note: `95 % ${over} came within this time`, cell: (socket) => <Measured socket={socket} which="p95" /> },
    { name: 'p99', note: `99 % ${over} came within this time`, cell: (socket) => <Measured socket={socket} which="p99" /> },
    { name: 'n', note: `Measurements in ${seconds(windowMs)}`, cell: (socket) => formatCount(socket.latency?.n ?? 0) },
    { name: 'In flight', note: 'Commands sent and not answered', cell: (socket) => formatCount(socket.inFlight) },
    { name: 'Streams', note: 'Sessions whose events come over it', cell: (socket) => formatCount(socket.streams) },
    { name: 'In', note: 'Bytes received since it was opened', cell: (socket) => formatBytes(socket.bytesIn) },
    { name: 'Out', note: 'Bytes sent since it was opened', cell: (socket) => formatBytes(socket.bytesOut) },
  ];
};

const age = (ms: number): string => (ms < 5000 ? 'new' : formatAge(ms));
const ago = (ms: number): string => (ms < 5000 ? 'now' : formatAge(ms));

function Measured({ socket, which }: { socket: SocketFacts; which: 'p50' | 'p95' | 'p99' }) {
  return (
    <span title={socket.latency === null ? 'Nothing was measured in the window' : undefined}>
      {socket.latency === null ? '–' : bareMs(socket.latency[which])}
    </span>
  );
}

export function Sockets({ host }: { host: HostFacts }) {
  const sockets = useMemo(() => host.sockets.toSorted((a, b) => a.openedAt - b.openedAt || a.id.localeCompare(b.id)), [host.sockets]);
  const ready = sockets.filter((one) => one.state === 'ready').length;
  return (
    <Panel
      title="Connections"
      note={sockets.length > 0 ? `${ready} of ${sockets.length} ready, latency in ms over ${seconds(host.success.windowMs)}` : undefined}
    >
      {sockets.length === 0 ? (
        <EmptyState>
          {host.state === 'ready' ? 'None is open right now.' : 'No connection is open. It is dialled by itself; Reconnect does it at once.'}
        </EmptyState>
      ) : (
        <Table hostId={host.id} sockets={sockets} windowMs={host.success.windowMs} />
      )}
    </Panel>
  );
}

function Table({ hostId, sockets, windowMs }: { hostId: string; sockets: readonly SocketFacts[]; windowMs: number }) {
  const box = useRef<HTMLDivElement>(null);
  const now = useNow();
  const shown = columns(hostId, windowMs);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises this component
  const rows = useVirtualizer({
    count: sockets.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    getItemKey: (i) => sockets[i]?.id ?? i,
    overscan: 6,
    initialRect: { width: 600, height: ROW * SHOWN },
  });
  return (
    <div ref={box} className={s.box} style={{ maxHeight: ROW * (SHOWN + 1) + 2 }} tabIndex={0} role="region" aria-label="Connections to this host">
      <div role="table" aria-label="Connections" aria-rowcount={sockets.length + 1} className={s.table}>
        <div role="row" aria-rowindex={1} className={s.head}>
          {shown.map((column) => (
            <span key={column.name} role="columnheader" title={column.note}>
              {column.name}
            </span>
          ))}
        </div>
        <div role="rowgroup" className={s.canvas} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const socket = sockets[row.index];
            return (
              socket && (
                <div key={row.key} role="row" aria-rowindex={row.index + 2} className={s.row} style={{ transform: `translateY(${row.start}px)` }}>
                  {shown.map((column) => (
                    <span key={column.name} role="cell">
                      {column.cell(socket, now)}
                    </span>
                  ))}
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
