/** The inbox and the rules. */
import { fail, unwrap } from '#shared/lib/fault.ts';
import type { Os } from '../os.ts';
import { record } from '../record.ts';
import type { Services } from '../services.ts';

export const permissionHandlers = (os: Os, services: Services) => {
  const { fleet, store, now } = services;
  return {
    list: os.permissions.list.handler(({ input }) => ({
      permissions: input.waiting ? store.permissions.waiting().slice(0, input.limit) : store.permissions.list(input.limit),
    })),
    answer: os.permissions.answer.handler(async ({ input, context }) => unwrap(await fleet.permissions.answer(input.id, input.answer, context.actor))),
    rules: os.permissions.rules.handler(() => ({ rules: store.permissions.rules() })),
    removeRule: os.permissions.removeRule.handler(({ input, context }) => {
      const rule = store.permissions.rules().find((each) => each.id === input.id);
      if (!rule || !store.permissions.removeRule(input.id, now())) return unwrap(fail('RULE_NOT_FOUND', 'There is no such rule.'));
      record(services, context, 'rule.remove', 'rule', input.id, rule.rule);
      return {};
    }),
  };
};
