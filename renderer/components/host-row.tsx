/** The line of a session's facts that names its agent host. */
import type { ReactNode } from 'react';
import type { Session } from '#shared/domain/session.ts';
import { useHostName } from '../lib/hosts.ts';
import { href, to } from '../lib/router.ts';

/** One row, or none while there is only one host. */
export function useHostRow(session: Session): (readonly [name: string, value: ReactNode])[] {
  const host = useHostName(session);
  if (host === '') return [];
  return [
    [
      'Agent host',
      <a key="host" href={href(to.host(session.hostId))}>
        {host}
      </a>,
    ],
  ];
}
