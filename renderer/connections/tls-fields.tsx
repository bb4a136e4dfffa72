/** Certificates for an address with TLS; all of them may stay empty. */
import type { TlsFiles } from '#shared/domain/connection.ts';
import { TextField } from '../components/text-field.tsx';
import s from './host-form.module.css';

export function TlsFields({ tls, error, onChange }: { tls: TlsFiles; error: string | undefined; onChange: (tls: TlsFiles) => void }) {
  const set = (key: keyof TlsFiles) => (value: string) => onChange({ ...tls, [key]: value });
  return (
    <fieldset className={s.group}>
      <legend>Certificates</legend>
      <p className={s.dim}>
        Paths of PEM files on the machine the core runs on. Empty means the system's authorities, no client certificate, the address's name.
      </p>
      <div className={s.pair}>
        <TextField label="CA file" value={tls.caFile} onChange={set('caFile')} placeholder="/etc/acc/ca.pem" mono />
        <TextField label="Server name" value={tls.serverName} onChange={set('serverName')} placeholder="build-1.internal" mono />
        <TextField label="Client certificate" value={tls.certFile} onChange={set('certFile')} placeholder="/etc/acc/center.pem" mono error={error} />
        <TextField label="Client key" value={tls.keyFile} onChange={set('keyFile')} placeholder="/etc/acc/center.key" mono />
      </div>
    </fieldset>
  );
}
