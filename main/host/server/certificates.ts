/** The certificate of a host that speaks TLS, read from files and read again when they change, so that a renewed one needs no restart. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { fail, ok, type Result } from '#shared/lib/fault.ts';

export type CertificateFiles = {
  readonly cert: string;
  readonly key: string;
  /** CA of the certificates that centers must show; absent: they need none. */
  readonly clientCa?: string | undefined;
};

export type SecureOptions = {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
};

export type Certificates = {
  current(): SecureOptions;
  /** @returns stops telling */
  onChange(listener: (options: SecureOptions) => void): () => void;
  close(): void;
};

const LOOK_MS = 10_000;

/**
 * @param warn told in words what a person should know: an expired certificate, files that changed into something that cannot be used
 * @returns CERTIFICATE_BAD when the files cannot be read or do not belong together
 */
export async function openCertificates(files: CertificateFiles, warn: (text: string) => void, lookMs = LOOK_MS): Promise<Result<Certificates>> {
  const first = await read(files);
  if (!first.ok) return first;
  let current = first.value;
  const listeners = new Set<(options: SecureOptions) => void>();
  tellAge(current.cert, warn);
  let looking = false;
  let complained = '';

  async function look(): Promise<void> {
    const again = await read(files);
    if (!again.ok) {
      // Once for each kind of trouble: certificate and key are replaced one after the other.
      if (complained !== again.fault.why) warn(`${again.fault.message} ${again.fault.why ?? ''} The one read before stays in use.`);
      complained = again.fault.why ?? '';
      return;
    }
    complained = '';
    const { cert, key, ca } = again.value;
    if (cert === current.cert && key === current.key && ca === current.ca) return;
    current = again.value;
    tellAge(cert, warn);
    for (const listener of listeners) listener(current);
  }

  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look().finally(() => (looking = false));
  }, lookMs);
  timer.unref();
  return ok({
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => clearInterval(timer),
  });
}

async function read(files: CertificateFiles): Promise<Result<SecureOptions>> {
  try {
    const [cert, key, ca] = await Promise.all([
      readFile(files.cert, 'utf8'),
      readFile(files.key, 'utf8'),
      files.clientCa ? readFile(files.clientCa, 'utf8') : undefined,
    ]);
    const options: SecureOptions = { cert, key, ...(ca === undefined ? {} : { ca }), requestCert: ca !== undefined, rejectUnauthorized: ca !== undefined };
    // Throws when the texts are no certificates or the key is another's.
    createSecureContext(options);
    return ok(options);
  } catch (error) {
    return fail('CERTIFICATE_BAD', 'The certificate of the agent host cannot be used.', {
      why: error instanceof Error ? error.message : String(error),
      fix: 'Check the files given with --tls-cert, --tls-key and --client-ca: PEM text, and the key that belongs to the certificate.',
    });
  }
}

function tellAge(cert: string, warn: (text: string) => void): void {
  const { validFrom, validTo } = new X509Certificate(cert);
  if (Date.parse(validTo) <= Date.now()) warn(`The certificate of this host expired on ${validTo}: control centers will refuse it.`);
  else if (Date.parse(validFrom) > Date.now()) warn(`The certificate of this host is valid only from ${validFrom} on: control centers will refuse it.`);
}
