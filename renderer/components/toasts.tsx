/** Draws the messages of lib/toasts.ts at the foot of the page. */
import { X } from 'lucide-react';
import { attempt, dismiss, useToasts } from '../lib/toasts.ts';
import { Button, IconButton } from './button.tsx';
import { FaultText } from './feedback.tsx';
import s from './toasts.module.css';

export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  const lastUndo = toasts.findLast((toast) => toast.undo)?.id;
  return (
    <div className={s.stack} role="status" aria-live="polite" aria-label="Messages">
      {toasts.map((toast) => (
        <div key={toast.id} className={s.toast} data-fault={toast.fault ? '' : undefined}>
          <div className={s.text}>{toast.fault ? <FaultText fault={toast.fault} /> : toast.text}</div>
          {toast.undo && (
            <Button
              size="small"
              {...(toast.id === lastUndo ? { keys: 'u' } : {})}
              onPress={() => {
                dismiss(toast.id);
                void attempt(async () => toast.undo?.());
              }}
            >
              Undo
            </Button>
          )}
          <IconButton label="Close message" icon={<X />} size="small" onPress={() => dismiss(toast.id)} />
        </div>
      ))}
    </div>
  );
}
