/** A line in the audit log for an act that has no line of its own yet. */
import { newId } from '#shared/lib/id.ts';
import type { CallContext } from './context.ts';
import type { Services } from './services.ts';

export function record({ store, now }: Services, { actor }: CallContext, action: string, targetKind: string, targetId: string, detail: string): void {
  const at = now();
  store.decisions.append({ id: newId('dec', at), at, actor, action, targetKind, targetId, detail, undoes: null });
}
