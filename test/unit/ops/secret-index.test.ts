import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskText } from '../../../src/ops/masking.ts';
import { createSecretIndex } from '../../../src/ops/secret-index.ts';

test('only what may stand in the text is given, in its order', () => {
  const secretsIn = createSecretIndex(['geheim-9', 'short', 'other-1', 'geheim-1', 'with "quotes"']);
  expect(secretsIn('nothing, but short')).toEqual([]);
  expect(secretsIn('geheim-1 and other-1')).toEqual(['geheim-9', 'other-1', 'geheim-1']);
  expect(secretsIn(JSON.stringify({ text: 'with "quotes"' }))).toEqual(['with "quotes"']);
});

test('a text is masked as with all of them', () => {
  const unit = fc.constantFrom('a', 'b', '"', '\\', '1');
  const secret = fc.string({ unit, minLength: 4, maxLength: 9 });
  const texts = fc.array(fc.oneof(secret, fc.string({ unit })), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(secret), texts, (secrets, parts) => {
      const text = JSON.stringify({ text: [...parts, ...secrets.slice(0, 2)].join(' ') });
      expect(maskText(text, createSecretIndex(secrets)(text))).toBe(maskText(text, secrets));
    }),
  );
});
