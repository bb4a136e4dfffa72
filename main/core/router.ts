/** The whole contract, implemented; what a core at rest does not need is loaded at its first call. */
import { lazy } from '@orpc/server';
import { connectionHandlers } from './handlers/connections.ts';
import { insightHandlers } from './handlers/insight.ts';
import { liveHandlers } from './handlers/live.ts';
import { permissionHandlers } from './handlers/permissions.ts';
import { repositoryHandlers } from './handlers/repositories.ts';
import { reviewHandlers } from './handlers/review.ts';
import { sessionHandlers } from './handlers/sessions.ts';
import { systemHandlers } from './handlers/system.ts';
import { taskHandlers } from './handlers/tasks.ts';
import { createOs } from './os.ts';
import type { OnCall } from './guard.ts';
import type { Services } from './services.ts';

export type CoreRouter = ReturnType<typeof createRouter>;

export function createRouter(services: Services) {
  const onCall: OnCall = (procedure, ms, code) => {
    services.analytics.record('rpc_ms', ms, { procedure });
    if (code !== null) services.analytics.record('app_error', 1, { procedure, code });
  };
  const os = createOs(services.log, onCall);
  const late = async () => (await import('./late-router.ts')).createLateRouter(services, onCall);
  const router = os.router({
    system: systemHandlers(os, services),
    repositories: repositoryHandlers(os, services),
    tasks: taskHandlers(os, services),
    sessions: sessionHandlers(os, services),
    permissions: permissionHandlers(os, services),
    review: reviewHandlers(os, services),
    insight: insightHandlers(os, services),
    live: liveHandlers(os, services),
    connections: connectionHandlers(os, services),
  });
  return {
    ...router,
    analytics: lazy(async () => ({ default: (await late()).analytics })),
    reports: lazy(async () => ({ default: (await late()).reports })),
  };
}
