import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedCache } from '../../../src/cdr/bounded-cache.ts';

describe('createBoundedCache', () => {
  it('keeps what is used and forgets what is not', () => {
    const cache = createBoundedCache<number, string>(4);
    cache.set(1, 'one');
    for (const key of [2, 3, 4, 5, 6, 7]) {
      expect(cache.get(1)).toBe('one');
      cache.set(key, String(key));
    }
    expect(cache.get(2)).toBeUndefined();
  });

  it('never holds more than its capacity, and never gives another value than was set last', () => {
    const operation = fc.record({ key: fc.nat(20), isSet: fc.boolean() });
    fc.assert(
      fc.property(fc.nat(10), fc.array(operation, { maxLength: 200 }), (capacity, operations) => {
        const cache = createBoundedCache<number, number>(capacity);
        const model = new Map<number, number>();
        for (const [index, { key, isSet }] of operations.entries()) {
          if (isSet) {
            cache.set(key, index);
            model.set(key, index);
          } else {
            expect([undefined, model.get(key)]).toContain(cache.get(key));
          }
          expect(cache.size).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});
