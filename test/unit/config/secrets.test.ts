import { expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { secretsOf, withoutSecrets } from '../../../src/config/secrets.ts';

const INPUT = {
  kafka: { tls: { passphrase: 'geheim-1' }, sasl: { mechanism: 'plain', username: 'u', password: 'geheim-2' } },
  registry: { auth: { token: 'geheim-3' } },
  sources: [{ topic: 't', portal: { name: 'a' }, mapping: { name: 'm', parameters: { token: ['not a secret'] } } }],
  portals: { a: { token: 'geheim-4' }, b: { token: 'geheim-5', quota: 'none' } },
};

test('all secrets are found', () => {
  expect(secretsOf(configSchema.parse(INPUT))).toEqual(['geheim-1', 'geheim-2', 'geheim-3', 'geheim-4', 'geheim-5']);
});

test('without them everything else stays as it was', () => {
  const text = JSON.stringify(INPUT).replaceAll(/geheim-\d/g, '********');
  expect(withoutSecrets(INPUT)).toEqual(JSON.parse(text));
});
