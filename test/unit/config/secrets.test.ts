import { expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { secretsOf, withoutSecrets } from '../../../src/config/secrets.ts';

const oauth = { clientId: 'app', clientSecret: 'geheim-6', refreshToken: 'geheim-7' };
const INPUT = {
  kafka: { tls: { passphrase: 'geheim-1' }, sasl: { mechanism: 'plain', username: 'u', password: 'geheim-2' } },
  registry: { auth: { token: 'geheim-3' } },
  sources: [{ topic: 't', portal: { name: 'a' }, mapping: { name: 'm', parameters: { token: ['not a secret'] } } }],
  portals: { a: { token: 'geheim-4' }, b: { token: 'geheim-5', quota: 'none' }, c: { oauth } },
};

test('all secrets are found', () => {
  expect(secretsOf(configSchema.parse(INPUT))).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `geheim-${n}`));
});

test('without them everything else stays as it was', () => {
  const text = JSON.stringify(INPUT).replaceAll(/geheim-\d/g, '********');
  expect(withoutSecrets(INPUT)).toEqual(JSON.parse(text));
});
