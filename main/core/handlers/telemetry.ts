/** Telemetry of sessions outside the app: what to set so that they report here, and the app's own hand in Claude Code's settings. */
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { unwrap } from '#shared/lib/fault.ts';
import type { LateOs } from '../late-os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';
import { agentSettingsFile, hasLines, removeLines, telemetryLines, writeLines } from '../telemetry/agent-settings.ts';

const ACCESS_MS = 15_000;

export const telemetryHandlers = (os: LateOs, services: Services) => {
  const access = async () => unwrap(await services.hosts.of(LOCAL_HOST).call('telemetry.access', {}, { timeoutMs: ACCESS_MS }));
  return {
    telemetry: os.analytics.telemetry.handler(async () => {
      const { endpoint, token } = await access();
      const lines = telemetryLines(endpoint, token);
      const settingsFile = agentSettingsFile();
      // As a shell takes them.
      return {
        endpoint,
        lines: Object.entries(lines).map(([name, value]) => `export ${name}='${value}'`),
        settingsFile,
        written: hasLines(settingsFile, lines),
      };
    }),
    writeTelemetry: os.analytics.writeTelemetry.handler(async ({ input, context }) => {
      const { endpoint, token } = await access();
      const lines = telemetryLines(endpoint, token);
      const file = agentSettingsFile();
      unwrap(input.remove ? removeLines(file, lines) : writeLines(file, lines));
      record(services, context, input.remove ? 'telemetry.remove' : 'telemetry.write', 'settings', 'telemetry', file);
      return {};
    }),
  };
};
