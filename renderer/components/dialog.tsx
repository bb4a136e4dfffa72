/** A modal dialog. Keys below it rest while it is open; Esc closes it; focus goes back to where it was. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { cx } from '../lib/cx.ts';
import { KeyLayerContext, useKeyLayer } from '../lib/keys.ts';
import { IconButton } from './button.tsx';
import s from './dialog.module.css';

type DialogProps = {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the foot, the main one last. */
  actions?: ReactNode;
  width?: 'narrow' | 'regular' | 'wide';
  /** False while an act is under way or text would be lost by a click beside it. */
  dismissable?: boolean;
};

/** Render it while it is open; leave it out to close it. */
export function Dialog({ title, onClose, children, actions, width = 'regular', dismissable = true }: DialogProps) {
  return (
    <ModalOverlay className={s.overlay} isOpen isDismissable={dismissable} onOpenChange={(open) => !open && onClose()}>
      <Modal className={cx(s.modal, s[width])}>
        <AriaDialog className={s.dialog}>
          <Layer>
            <header className={s.head}>
              <Heading slot="title" className={s.title}>
                {title}
              </Heading>
              <IconButton label="Close" icon={<X />} size="small" onPress={onClose} />
            </header>
            <div className={s.body}>{children}</div>
            {actions !== undefined && <footer className={s.foot}>{actions}</footer>}
          </Layer>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function Layer({ children }: { children: ReactNode }) {
  return <KeyLayerContext value={useKeyLayer()}>{children}</KeyLayerContext>;
}
