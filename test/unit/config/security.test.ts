import { expect, test } from 'vitest';
import { basicOrBearer, sasl, tls } from '../../../src/config/security.ts';

test.each([
  [{ mechanism: 'plain', username: 'u', password: 'p' }, true],
  [{ mechanism: 'scram-sha-512', username: 'u', password: 'p' }, true],
  [{ mechanism: 'oauthbearer', tokenUrl: 'https://idp/token', clientId: 'c', clientSecret: 's' }, true],
  [{ mechanism: 'oauthbearer', tokenUrl: 'http://idp/token', clientId: 'c', clientSecret: 's' }, false],
  [{ mechanism: 'plain', username: 'u' }, false],
  [{ mechanism: 'plain', username: 'u', password: 'p', tokenUrl: 'https://idp/token' }, false],
  [{ mechanism: 'gssapi' }, false],
])('SASL %j: %s', (value, good) => {
  expect(sasl().safeParse(value).success).toBe(good);
});

test.each([
  [{ username: 'u', password: 'p' }, true],
  [{ token: 't' }, true],
  [{ username: 'u' }, false],
  [{ username: 'u', password: 'p', token: 't' }, false],
])('authentication %j: %s', (value, good) => {
  expect(basicOrBearer().safeParse(value).success).toBe(good);
});

test('an empty section is TLS', () => {
  expect(tls().parse({})).toEqual({});
  expect(tls().safeParse({ ca: '' }).success).toBe(false);
});

test.each([
  [{ cert: 'c.pem', key: 'c.key' }, undefined],
  [{ key: 'c.key' }, { path: ['cert'], message: 'the certificate of `key`' }],
  [{ cert: 'c.pem' }, { path: ['key'], message: 'the private key of `cert`' }],
])('a client certificate needs its key: %j', (value, issue) => {
  const { error } = tls().safeParse(value);
  if (issue === undefined) expect(error).toBeUndefined();
  else expect(error?.issues).toMatchObject([issue]);
});
