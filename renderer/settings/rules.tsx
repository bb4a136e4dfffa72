/** Rules that answer permission requests by themselves: made with "Always for", taken back here. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import type { PermissionRule } from '#shared/domain/session.ts';
import { Time } from '../components/amounts.tsx';
import { IconButton } from '../components/button.tsx';
import { EmptyState, ErrorState, Skeleton } from '../components/feedback.tsx';
import { Panel } from '../components/panel.tsx';
import { client, useMayAct } from '../lib/client.ts';
import { useRepositoryName } from '../lib/live-select.ts';
import { attempt, say } from '../lib/toasts.ts';
import s from './settings.module.css';

export function AllowRules() {
  const queries = useQueryClient();
  const asked = useQuery({ queryKey: ['permission-rules'], queryFn: () => client.permissions.rules({}), staleTime: 0 });
  const rules = asked.data?.rules ?? [];
  const remove = async (rule: PermissionRule): Promise<void> => {
    if (!(await attempt(() => client.permissions.removeRule({ id: rule.id })))) return;
    await queries.invalidateQueries({ queryKey: ['permission-rules'] });
    say(`Removed the rule ${rule.rule}. It is asked again from now on.`);
  };
  return (
    <Panel title="Allow rules" note={rules.length > 0 ? `${rules.length}` : undefined}>
      {asked.error && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {!asked.data && !asked.error && <Skeleton />}
      {asked.data && rules.length === 0 && <EmptyState>No rules. &quot;Always for&quot; on a permission request makes one.</EmptyState>}
      <ul>
        {rules.map((rule) => (
          <Rule key={rule.id} rule={rule} onRemove={() => void remove(rule)} />
        ))}
      </ul>
    </Panel>
  );
}

function Rule({ rule, onRemove }: { rule: PermissionRule; onRemove: () => void }) {
  const repository = useRepositoryName(rule.repositoryId);
  const mayAct = useMayAct();
  return (
    <li className={s.rule}>
      <code>{rule.rule}</code>
      <span className={s.dim}>{rule.repositoryId === null ? 'every repository' : repository}</span>
      <span className={s.dim}>
        <Time at={rule.createdAt} />, {rule.createdBy}
      </span>
      {mayAct && <IconButton label={`Remove rule ${rule.rule}`} icon={<Trash2 />} size="small" onPress={onRemove} />}
    </li>
  );
}
