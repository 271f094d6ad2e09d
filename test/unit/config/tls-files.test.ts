import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTlsFiles } from '../../../src/config/tls-files.ts';
import { createCertificateAuthority } from '../../support/certificate-authority.ts';
import { createTemporaryFiles } from '../../support/temporary-files.ts';

const files = createTemporaryFiles();
afterAll(() => files[Symbol.asyncDispose]());

const authority = createCertificateAuthority('authority');
const client = authority.issue('client');
const locked = authority.issue('client', { passphrase: 'open-sesame' });
const other = authority.issue('other');

const ca = files.write('ca.pem', authority.cert);
const cert = files.write('client.pem', client.cert);
const key = files.write('client.key', client.key);
const lockedCert = files.write('locked.pem', locked.cert);
const lockedKey = files.write('locked.key', locked.key);
const otherKey = files.write('other.key', other.key);
const garbage = files.write('garbage.pem', 'not a certificate');
const absent = join(files.folder, 'absent.pem');
const { folder } = files;

test('an empty section leaves everything to the defaults', async () => {
  expect(await readTlsFiles({}, 'kafka.tls')).toEqual({});
});

test('the files are read, and the rest goes along', async () => {
  expect(await readTlsFiles({ ca, cert, key, serverName: 'kafka.example.com' }, 'kafka.tls')).toEqual({
    ca: authority.cert,
    cert: client.cert,
    key: client.key,
    servername: 'kafka.example.com',
  });
});

test('an encrypted key goes with its passphrase', async () => {
  const section = { cert: lockedCert, key: lockedKey, passphrase: 'open-sesame' };
  const options = await readTlsFiles(section, 'kafka.tls');
  expect(options).toEqual({ cert: locked.cert, key: locked.key, passphrase: 'open-sesame' });
});

test('certificate and key may be in one file, and authorities in a bundle', async () => {
  const both = files.write('both.pem', client.cert + client.key);
  const bundle = files.write('bundle.pem', `# ours\n${authority.cert}${createCertificateAuthority('second').cert}`);
  const options = await readTlsFiles({ ca: bundle, cert: both, key: both }, 'kafka.tls');
  expect(options.ca?.match(/BEGIN/g)).toHaveLength(2);
});

test.each([
  ['a file that is absent', { ca: absent }, `kafka.tls.ca: ${absent} does not exist`],
  ['a folder', { ca: folder }, `kafka.tls.ca: ${folder} cannot be read: EISDIR`],
  ['no certificate', { ca: garbage }, `kafka.tls.ca: ${garbage} holds no certificate (PEM)`],
  ['a key for a certificate', { cert: key, key }, `kafka.tls.cert: ${key} holds no certificate (PEM)`],
  ['a certificate for a key', { cert, key: cert }, `kafka.tls.key: ${cert} holds no private key (PEM)`],
  ["another's key", { cert, key: otherKey }, 'is not the key of the certificate in'],
  ['an encrypted key', { cert, key: lockedKey }, 'is encrypted, and kafka.tls.passphrase is not set'],
  [
    'a wrong passphrase',
    { cert, key: lockedKey, passphrase: 'open-barley' },
    'is encrypted, and kafka.tls.passphrase is not its passphrase',
  ],
])('%s is told with setting and path', async (_, tls, says) => {
  const error = await readTlsFiles(tls, 'kafka.tls').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'config-invalid', message: expect.stringContaining(says) });
  expect(String(error)).not.toContain('open-barley');
});

test('all mistakes are told at once', async () => {
  await expect(readTlsFiles({ ca: garbage, cert: absent, key: absent }, 'registry.tls')).rejects.toThrow(
    /3 mistakes:\n {2}registry\.tls\.ca: .*\n {2}registry\.tls\.cert: .*\n {2}registry\.tls\.key: /,
  );
});
