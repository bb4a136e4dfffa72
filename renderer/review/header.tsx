/** The top line of a review: what it is, how much, and the decisions with their keys. */
import { ChevronDown } from 'lucide-react';
import type { Change } from '#shared/domain/change.ts';
import { plural } from '#shared/lib/format.ts';
import { Lines } from '../components/amounts.tsx';
import { Button, IconButton } from '../components/button.tsx';
import { Menu } from '../components/menu.tsx';
import { Badge, ChangeBadge } from '../components/status.tsx';
import { useMayAct } from '../lib/client.ts';
import { isUndecided, useRepositoryName } from '../lib/live-select.ts';
import type { Layout } from './diff/diff-view.tsx';
import { METHODS, type MergeChoice } from './merge-choice.ts';

export function ReviewMeta({ change }: { change: Change }) {
  const repository = useRepositoryName(change.repositoryId);
  return (
    <>
      {repository !== '' && <Badge tone="off">{repository}</Badge>}
      {change.status !== 'waiting' && <ChangeBadge status={change.status} />}
      <span>
        {plural(change.files.length, 'file')}, <Lines added={change.added} deleted={change.deleted} />
      </span>
    </>
  );
}

type ActsProps = {
  change: Change;
  choice: MergeChoice;
  layout: Layout;
  busy: boolean;
  onLayout: () => void;
  onApprove: () => void;
  onAsk: () => void;
  onReject: () => void;
  onUndo: () => void;
};

export function ReviewActs({ change, choice, layout, busy, onLayout, onApprove, onAsk, onReject, onUndo }: ActsProps) {
  const mayAct = useMayAct();
  return (
    <>
      <Button look="quiet" keys="s" onPress={onLayout}>
        {layout === 'unified' ? 'Side by side' : 'Unified'}
      </Button>
      {!mayAct ? null : isUndecided(change) ? (
        <>
          <Button look="danger" keys="d" isDisabled={busy} onPress={onReject}>
            Reject
          </Button>
          <Button keys="r" isDisabled={busy} onPress={onAsk}>
            Ask for changes
          </Button>
          <Button look="primary" keys="a" isDisabled={busy} onPress={onApprove}>
            {approveWords(change, choice)}
          </Button>
          {change.mode !== 'in-place' && <MergeMenu choice={choice} />}
        </>
      ) : (
        <Button isDisabled={busy} onPress={onUndo}>
          Take the decision back
        </Button>
      )}
    </>
  );
}

/** The button names the branch it moves, so that nothing has to be asked. */
export const approveWords = (change: Change, choice: MergeChoice): string =>
  change.mode === 'in-place' ? 'Approve and keep files' : `Approve and merge into ${choice.target ?? '…'}`;

function MergeMenu({ choice }: { choice: MergeChoice }) {
  const acts = [
    ...METHODS.map(({ id, label }) => ({ id, label, checked: id === choice.method, run: () => choice.setMethod(id) })),
    ...choice.branches.map((branch) => ({
      id: `into ${branch}`,
      label: `Into ${branch}`,
      checked: branch === choice.target,
      run: () => choice.setTarget(branch),
    })),
  ];
  return (
    <Menu label="How and where to merge" acts={acts}>
      <IconButton label="How and where to merge" icon={<ChevronDown />} />
    </Menu>
  );
}
