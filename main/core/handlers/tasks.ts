/** Tasks: create, look, pause, resume, cancel. */
import { fail, unwrap } from '#shared/lib/fault.ts';
import type { Os } from '../os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';

export const taskHandlers = (os: Os, services: Services) => {
  const { fleet, store } = services;
  return {
    create: os.tasks.create.handler(({ input, context }) => {
      const { key, ...task } = input;
      const before = key === undefined ? null : store.tasks.byKey(key);
      const created = unwrap(fleet.tasks.create(task, key));
      if (!before) record(services, context, 'task.create', 'task', created.task.id, created.task.title);
      return created;
    }),
    get: os.tasks.get.handler(({ input }) => store.tasks.get(input.id) ?? unwrap(fail('TASK_NOT_FOUND', 'There is no such task.'))),
    pause: os.tasks.pause.handler(async ({ input, context }) => {
      const task = unwrap(await fleet.tasks.pause(input.id));
      record(services, context, 'task.pause', 'task', task.id, task.title);
      return task;
    }),
    resume: os.tasks.resume.handler(async ({ input, context }) => {
      const task = unwrap(await fleet.tasks.resume(input.id));
      record(services, context, 'task.resume', 'task', task.id, task.title);
      return task;
    }),
    cancel: os.tasks.cancel.handler(async ({ input, context }) => {
      const task = unwrap(await fleet.tasks.cancel(input.id));
      record(services, context, 'task.cancel', 'task', task.id, task.title);
      return task;
    }),
  };
};
