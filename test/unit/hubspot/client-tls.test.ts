/** Whom the client trusts: nobody without a valid certificate sees a token, and what they refuse was never sent. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../src/hubspot/client.ts';
import { createCertificateAuthority } from '../../support/certificate-authority.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { selfSignedCertificate } from '../../support/self-signed-certificate.ts';
import { startTlsServer } from '../../support/test-servers.ts';

const before = getCACertificates('default');
const trusted = createCertificateAuthority('trusted');
const unknown = createCertificateAuthority('unknown');
setDefaultCACertificates([...before, trusted.cert]);
afterAll(() => setDefaultCACertificates(before));

/** Sends a token to a server with that certificate; gives what came of it, and how many requests the server has seen. */
async function sendTo(certificate: { key: string; cert: string }) {
  let requests = 0;
  await using server = await startTlsServer(certificate, (_request, response) => {
    requests += 1;
    response.end();
  });
  await using client = createHttpClient({ connect: 2_000, request: 4_000, connections: 4 }, new ManualClock());
  const origin = server.origin.replace('127.0.0.1', 'localhost');
  const headers = { authorization: 'Bearer s3cret' };
  const end = await client.send({ method: 'POST', origin, path: '/', headers, body: '{}' }).catch((error) => error);
  return { end, requests };
}

describe('a server', () => {
  it('with a certificate of a trusted authority is spoken to', async () => {
    expect(await sendTo(trusted.issue('localhost'))).toMatchObject({ end: { status: 200 }, requests: 1 });
  });

  it.each([
    ['that has expired', trusted.issue('localhost', { until: '240101000000Z' }), /expired/],
    ['of another host', trusted.issue('elsewhere.example'), /altnames/],
    ['of an unknown authority', unknown.issue('localhost'), /unable to verify/],
    ['of its own', selfSignedCertificate(), /self-signed/],
  ])('with a certificate %s gets nothing, and the call was not taken for certain', async (_name, certificate, why) => {
    const { end, requests } = await sendTo(certificate);
    expect(String(end)).toMatch(why);
    expect([end.code, requests]).toEqual(['crm-unreachable', 0]);
    expect(String(end)).not.toContain('s3cret');
  });
});
