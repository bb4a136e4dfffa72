/** Analytics and reports, implemented. Loaded at the first call of one of them. */
import type { OnCall } from './guard.ts';
import { alertHandlers } from './handlers/alerts.ts';
import { analyticsHandlers } from './handlers/analytics.ts';
import { exportHandlers } from './handlers/export.ts';
import { reportHandlers } from './handlers/reports.ts';
import { telemetryHandlers } from './handlers/telemetry.ts';
import { createLateOs } from './late-os.ts';
import type { Services } from './services.ts';

export function createLateRouter(services: Services, onCall: OnCall) {
  const os = createLateOs(services.log, onCall);
  return os.router({
    analytics: { ...analyticsHandlers(os, services), ...alertHandlers(os, services), ...telemetryHandlers(os, services), ...exportHandlers(os, services) },
    reports: reportHandlers(os, services),
  });
}
