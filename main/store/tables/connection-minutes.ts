/** What the connections to each host did, minute by minute. */
import { ConnectionMinute } from '#shared/domain/connection.ts';
import { Sketch, type SketchJson } from '#shared/lib/sketch.ts';
import type { Sql } from '../sql.ts';
import type { Store } from '../store.ts';

export const MINUTE_MS = 60_000;

export function connectionMinutesTable(sql: Sql): Store['connectionMinutes'] {
  return {
    add: (hostId, minute, body) =>
      sql.transaction(() => {
        const there = sql.get(
          (row) => row.json('body', ConnectionMinute),
          'select body from connection_minutes where host_id = ? and minute = ?',
          hostId,
          minute,
        );
        const whole = ConnectionMinute.parse(there ? together(there, body) : body);
        sql.run('insert or replace into connection_minutes values (?, ?, ?)', hostId, minute, JSON.stringify(whole));
      }),
    list: (hostId, from, to) =>
      sql.all(
        (row) => ({ minute: row.num('minute'), body: row.json('body', ConnectionMinute) }),
        'select minute, body from connection_minutes where host_id = ? and minute between ? and ? order by minute',
        hostId,
        from,
        to,
      ),
  };
}

function together(a: ConnectionMinute, b: ConnectionMinute): ConnectionMinute {
  const sketches = (one: SketchJson, other: SketchJson): SketchJson => {
    const sketch = Sketch.fromJSON(one);
    sketch.merge(Sketch.fromJSON(other));
    return sketch.toJSON();
  };
  return {
    attempted: a.attempted + b.attempted,
    ready: a.ready + b.ready,
    refused: a.refused + b.refused,
    lost: a.lost + b.lost,
    answered: a.answered + b.answered,
    failed: a.failed + b.failed,
    eventsIn: a.eventsIn + b.eventsIn,
    duplicates: a.duplicates + b.duplicates,
    gaps: a.gaps + b.gaps,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
    dial: sketches(a.dial, b.dial),
    latency: sketches(a.latency, b.latency),
  };
}
