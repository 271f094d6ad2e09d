import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createKnownSecrets } from '../../../src/ops/known-secrets.ts';

const known = (...secrets: string[]) => {
  const made = createKnownSecrets('********');
  made.add(secrets);
  return made;
};

describe('known secrets', () => {
  it.each([
    ['wherever it stands', ['geheim-1'], 'a geheim-1, and geheim-1', 'a ********, and ********'],
    ['at both ends', ['geheim-1'], 'geheim-1geheim-1', '****************'],
    ['the longest that fits', ['geheim', 'geheim-1'], 'geheim-12', '********2'],
    [
      'beside one that begins alike',
      ['pat-na1-aaaa', 'pat-na1-bbbb'],
      'pat-na1-bbbb pat-na1-cccc',
      '******** pat-na1-cccc',
    ],
    ['as it stands within JSON', ['ab"cdefg'], JSON.stringify({ m: 'x ab"cdefg y' }), '{"m":"x ******** y"}'],
    ['a number, as a number', ['12345678'], '{"offset":12345678}', '{"offset":99999999}'],
    ['none that is too short', ['a'], 'a banana', 'a banana'],
    ['none in what is shorter than any', ['geheim-1'], 'abc', 'abc'],
  ])('are taken out, %s', (_, secrets, text, masked) => {
    expect(known(...secrets).mask(text)).toBe(masked);
  });

  it('can become more', () => {
    const secrets = known('geheim-1');
    secrets.add(['geheim-2']);
    expect(secrets.mask('geheim-1 geheim-2')).toBe('******** ********');
  });
});

test('nothing of what is known is left, and a line of JSON stays one', () => {
  const secret = fc.string({ unit: fc.constantFrom('a', 'b', '"', '\\', '\n'), minLength: 6, maxLength: 9 });
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(3)), (secrets, order) => {
      const text = order.map((n) => secrets[n % secrets.length] ?? '').join(' ');
      const masked = known(...secrets).mask(JSON.stringify({ text }));
      const read: unknown = JSON.parse(masked);
      for (const each of secrets) expect(JSON.stringify(read)).not.toContain(JSON.stringify(each).slice(1, -1));
    }),
  );
});

test('ten thousand cost a line about as much as one', () => {
  const line = JSON.stringify({ level: 'warn', msg: 'request failed, will be tried again', reason: 'x'.repeat(200) });
  const timed = (count: number) => {
    const secrets = known(...Array.from({ length: count }, (_, n) => `pat-na1-${n}-0123456789abcdef`));
    const start = performance.now();
    for (let n = 0; n < 1_000; n += 1) secrets.mask(line);
    return performance.now() - start;
  };
  timed(1);
  // A loop over all of them took a thousand times as long.
  expect(timed(10_000)).toBeLessThan(20 * timed(1) + 20);
});
