/** What stands under a list that has this machine only: how another machine becomes an agent host, as lines to copy. */
import { Copy, Plus } from 'lucide-react';
import { Button, IconButton } from '../components/button.tsx';
import { copy } from '../lib/copy.ts';
import s from './connections.module.css';

const MAKE_TOKEN = 'head -c 32 /dev/urandom | base64 > token && chmod 600 token';
const RUN_HOST = 'acc host --listen 127.0.0.1:4700 --token-file token';
const RUN_OPEN = 'acc host --listen 0.0.0.0:4700 --token-file token --tls-cert host.pem --tls-key host.key';

/** @param onAdd absent for a viewer */
export function FirstHost({ onAdd }: { onAdd: (() => void) | undefined }) {
  return (
    <section className={s.first} aria-label="Add another machine">
      <p>Sessions can run on other machines too. There, make a token and start an agent host, then add it here with its address and that token.</p>
      <Line text={MAKE_TOKEN} what="Command that makes a token" />
      <Line text={RUN_HOST} what="Command that starts a host" />
      <p>Reached over a network it needs a certificate:</p>
      <Line text={RUN_OPEN} what="Command that starts a host with TLS" />
      {onAdd && (
        <Button icon={<Plus />} keys="n" onPress={onAdd}>
          Add host
        </Button>
      )}
    </section>
  );
}

function Line({ text, what }: { text: string; what: string }) {
  return (
    <div className={s.command}>
      <code>{text}</code>
      <IconButton label={`Copy: ${what.toLowerCase()}`} icon={<Copy />} size="small" onPress={() => void copy(text, what)} />
    </div>
  );
}
