import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/crm/random.ts';

const take = (seed: number, count: number) => Array.from({ length: count }, seededRandom(seed));

test('the same seed gives the same numbers, from 0 to 1', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const numbers = take(seed, 20);
      expect(numbers).toEqual(take(seed, 20));
      for (const number of numbers) {
        expect(number).toBeGreaterThanOrEqual(0);
        expect(number).toBeLessThan(1);
      }
    }),
  );
});

test('numbers are spread evenly, from small seeds and zero too', () => {
  for (const seed of [0, 1, 2, 3]) {
    const numbers = take(seed, 10_000);
    const below = numbers.filter((number) => number < 0.3).length;
    expect(below / numbers.length).toBeCloseTo(0.3, 1);
  }
  expect(take(1, 3)).not.toEqual(take(2, 3));
});
