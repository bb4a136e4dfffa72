/** Certificates, both transports: what is wrong is named, what is right connects. */
import dns from 'node:dns';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { dialHttp, dialWebSocket } from '#pool/transport/index.ts';
import { makeAuthority, makeCertificate } from '#test/support/net/certificates.ts';
import { Dialled, targetOf } from '#test/support/net/dialled.ts';
import { ScriptedHost, WELCOME } from '#test/support/net/scripted-host.ts';

const ca = makeAuthority();
const good = makeCertificate(ca, ['localhost', '127.0.0.1']);
const client = makeCertificate(ca, ['center']);

const open: ScriptedHost[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of open.splice(0)) await one.close();
});

async function start(tls: { cert: string; key: string; ca?: string; requestCert?: boolean }): Promise<string> {
  const host = await ScriptedHost.start({ tls });
  open.push(host);
  return `wss://127.0.0.1:${host.port}`;
}

describe.each([
  ['websocket', dialWebSocket],
  ['http', dialHttp],
] as const)('%s', (_name, dial) => {
  const why = async (url: string, tls: Parameters<typeof targetOf>[1]): Promise<string> => {
    const fault = await new Dialled(dial, targetOf(url, tls)).end();
    expect(fault.code).toBe('HOST_TLS');
    return fault.why ?? '';
  };
  const welcomed = async (url: string, tls: Parameters<typeof targetOf>[1]): Promise<void> => {
    const dialled = new Dialled(dial, targetOf(url, tls));
    expect([await dialled.says(1), dialled.faults]).toEqual([[WELCOME], []]);
    dialled.channel.terminate();
  };

  test('a certificate of the given CA, by address, by name and by a name that was given', async () => {
    const url = await start(good);
    await welcomed(url, { ca: ca.cert });
    await welcomed(url.replace('127.0.0.1', 'localhost').replace('wss', 'https'), { ca: ca.cert });
    await welcomed(await start(makeCertificate(ca, ['build-box.example'])), { ca: ca.cert, serverName: 'build-box.example' });
  });

  test('expired, for another name, of a CA nobody knows, not TLS at all, a CA that is no certificate', async () => {
    expect(await why(await start(makeCertificate(ca, ['127.0.0.1'], -1)), { ca: ca.cert })).toMatch(/has expired/);
    expect(await why(await start(makeCertificate(ca, ['elsewhere.example'])), { ca: ca.cert })).toMatch(/another name.*127\.0\.0\.1/);
    expect(await why(await start(good), { ca: makeAuthority('Test CA').cert })).not.toBe('');
    expect(await why(await start(good), { ca: makeAuthority('Other CA').cert })).toMatch(/CA that is not known/);
    expect(await why(await start(good), {})).toMatch(/CA that is not known/);
    const plain = await ScriptedHost.start();
    open.push(plain);
    expect(await why(`wss://127.0.0.1:${plain.port}`, { ca: ca.cert })).toMatch(/does not speak TLS/);
    expect(await why(await start(good), { ca: ca.cert, cert: 'no certificate', key: 'no key' })).not.toBe('');
  });

  test('a host that wants a client certificate: none, one of another CA, the right one', async () => {
    const url = await start({ ...good, ca: ca.cert, requestCert: true });
    expect(await why(url, { ca: ca.cert })).toMatch(/client certificate/);
    const strange = makeCertificate(makeAuthority('Other CA'), ['center']);
    expect(await why(url, { ca: ca.cert, cert: strange.cert, key: strange.key })).not.toBe('');
    await welcomed(url, { ca: ca.cert, cert: client.cert, key: client.key });
  });

  test('the name is looked up for every dial: a host that moved is found', async () => {
    const url = (await start(good)).replace('127.0.0.1', 'localhost');
    const real = dns.lookup;
    let address = '127.0.0.9';
    vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, options: dns.LookupOptions, done: (error: null, found: unknown, family?: number) => void) => {
      if (options.all) done(null, [{ address, family: 4 }]);
      else done(null, address, 4);
    }) as typeof real);
    expect((await new Dialled(dial, targetOf(url, { ca: ca.cert })).end()).code).toBe('HOST_REFUSED');
    address = '127.0.0.1';
    await welcomed(url, { ca: ca.cert });
  });
});
