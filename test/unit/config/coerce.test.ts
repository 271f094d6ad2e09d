import { expect, test } from 'vitest';
import { coerce } from '../../../src/config/coerce.ts';
import { fieldAt, fieldTree } from '../../../src/config/field.ts';
import { configSchema } from '../../../src/config/schema.ts';

const root = fieldTree(configSchema);

test.each([
  ['kafka.groupId', '007', '007'],
  ['kafka.groupId', 'a,b', 'a,b'],
  ['kafka.brokers', 'a:1', ['a:1']],
  ['kafka.brokers', ' a:1 , b:2,', ['a:1', 'b:2']],
  ['kafka.brokers', '["a:1"]', ['a:1']],
  ['kafka.tls', '{}', {}],
  ['kafka.tls', '{ca: /x.pem}', { ca: '/x.pem' }],
  ['kafka.tls', '{broken', '{broken'],
  ['http.port', '8080', 8080],
  ['http.port', '80x', '80x'],
  ['http.port', '', ''],
  ['admit.nonFinal', 'true', true],
  ['admit.nonFinal', 'FALSE', false],
  ['admit.nonFinal', 'yes', 'yes'],
  ['kafka.sessionTimeout', '10s', '10s'],
  ['sources', '[{"topic":"a"}]', [{ topic: 'a' }]],
])('%s: %j is %j', (place, text, value) => {
  const field = fieldAt(root, place.split('.'));
  expect(field && coerce(field, text)).toEqual(value);
});

test('what may be a section or one word stays a word', () => {
  const quota = fieldAt(root, ['portals', 'main', 'quota']);
  expect(quota && coerce(quota, 'none')).toBe('none');
  expect(quota && coerce(quota, '{"requests":5}')).toEqual({ requests: 5 });
});
