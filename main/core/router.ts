/** The whole contract, implemented. */
import { analyticsHandlers } from './handlers/analytics.ts';
import { alertHandlers } from './handlers/alerts.ts';
import { connectionHandlers } from './handlers/connections.ts';
import { insightHandlers } from './handlers/insight.ts';
import { liveHandlers } from './handlers/live.ts';
import { permissionHandlers } from './handlers/permissions.ts';
import { reportHandlers } from './handlers/reports.ts';
import { repositoryHandlers } from './handlers/repositories.ts';
import { reviewHandlers } from './handlers/review.ts';
import { sessionHandlers } from './handlers/sessions.ts';
import { systemHandlers } from './handlers/system.ts';
import { taskHandlers } from './handlers/tasks.ts';
import { telemetryHandlers } from './handlers/telemetry.ts';
import { createOs } from './os.ts';
import type { Services } from './services.ts';

export type CoreRouter = ReturnType<typeof createRouter>;

export function createRouter(services: Services) {
  const os = createOs(services.log, (procedure, ms, code) => {
    services.analytics.record('rpc_ms', ms, { procedure });
    if (code !== null) services.analytics.record('app_error', 1, { procedure, code });
  });
  return os.router({
    system: systemHandlers(os, services),
    repositories: repositoryHandlers(os, services),
    tasks: taskHandlers(os, services),
    sessions: sessionHandlers(os, services),
    permissions: permissionHandlers(os, services),
    review: reviewHandlers(os, services),
    insight: insightHandlers(os, services),
    live: liveHandlers(os, services),
    connections: connectionHandlers(os, services),
    analytics: { ...analyticsHandlers(os, services), ...alertHandlers(os, services), ...telemetryHandlers(os, services) },
    reports: reportHandlers(os, services),
  });
}
