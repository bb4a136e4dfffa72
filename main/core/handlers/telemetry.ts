/** Telemetry of sessions outside the app: what to set so that they report here, and the app's own hand in Claude Code's settings. */
import { LOCAL_HOST } from '#shared/host-protocol/link.ts';
import { unwrap } from '#shared/lib/fault.ts';
import type { LateOs } from '../late-os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';
import { agentSettingsFile, changeOf, hasLines, removeLines, telemetryLines, writeLines } from '../telemetry/agent-settings.ts';

const ACCESS_MS = 15_000;

export const telemetryHandlers = (os: LateOs, services: Services) => {
  const access = async (hostId: string) => {
    const { endpoint, token } = unwrap(await services.hosts.of(hostId).call('telemetry.access', {}, { timeoutMs: ACCESS_MS }));
    return { endpoint, lines: telemetryLines(endpoint, token) };
  };
  return {
    telemetry: os.analytics.telemetry.handler(async ({ input: { hostId = LOCAL_HOST } }) => {
      const { endpoint, lines } = await access(hostId);
      const told = { endpoint, lines: Object.entries(lines).map(([name, value]) => `export ${name}='${value}'`) };
      if (hostId !== LOCAL_HOST) return { ...told, settingsFile: '', written: false, change: [], refusal: null };
      const settingsFile = agentSettingsFile();
      const change = changeOf(settingsFile, lines);
      return {
        ...told,
        settingsFile,
        written: hasLines(settingsFile, lines),
        change: change.ok ? change.value : [],
        refusal: change.ok ? null : change.fault,
      };
    }),
    writeTelemetry: os.analytics.writeTelemetry.handler(async ({ input, context }) => {
      const { lines } = await access(LOCAL_HOST);
      const file = agentSettingsFile();
      unwrap(input.remove ? removeLines(file, lines) : writeLines(file, lines));
      record(services, context, input.remove ? 'telemetry.remove' : 'telemetry.write', 'settings', 'telemetry', file);
      return {};
    }),
  };
};
