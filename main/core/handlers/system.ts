/** The app itself: what runs, whether it is well, its settings, the tour. */
import { unwrap } from '#shared/lib/fault.ts';
import type { Os } from '../os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';

export const systemHandlers = (os: Os, services: Services) => {
  const { version, mode, dataDir, store, room, fleet, now } = services;
  return {
    info: os.system.info.handler(({ context }) => ({
      name: 'Automatic Claude Code',
      version,
      mode,
      dataDir,
      role: context.role,
      actor: context.actor,
      now: now(),
    })),
    diagnose: os.system.diagnose.handler(async () => {
      const { diagnose } = await import('../diagnose.ts');
      return { findings: await diagnose(services) };
    }),
    settings: os.system.settings.handler(() => store.settings.get()),
    saveSettings: os.system.saveSettings.handler(({ input, context }) => {
      store.settings.save(input);
      record(services, context, 'settings.save', 'settings', 'settings', '');
      room.configure();
      services.metricsExport.configure();
      fleet.wake();
      return store.settings.get();
    }),
    startTour: os.system.startTour.handler(async () => {
      const { startTour } = await import('../tour.ts');
      return unwrap(await startTour(services));
    }),
    endTour: os.system.endTour.handler(() => {
      store.settings.save({ ...store.settings.get(), tourDone: true });
      return {};
    }),
  };
};
