import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPace } from '../../../src/replay/pace.ts';

it('knows nothing before it has moved', () => {
  const pace = createPace();
  expect([pace.perSecond, pace.leftOf(10)]).toEqual([0, undefined]);
  pace.note(0, 0);
  expect(pace.leftOf(10)).toBeUndefined();
  pace.note(0, 1_000);
  expect(pace.leftOf(10)).toBeUndefined();
  pace.note(10, 2_000);
  expect(pace.leftOf(10)).toBe(0);
});

it('is that of the last half minute', () => {
  const pace = createPace();
  for (let second = 0; second <= 100; second += 1)
    pace.note(second < 50 ? second : 50 + (second - 50) * 10, second * 1000);
  expect(pace.perSecond).toBeCloseTo(10);
  expect(pace.leftOf(650)).toBeCloseTo(10_000);
});

it('of a steady pace is that pace, however often it is noted', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 2 }),
      (rate, steps) => {
        const pace = createPace();
        let at = 0;
        for (const step of [0, ...steps]) {
          at += step;
          pace.note(rate * at, at * 1000);
        }
        expect(pace.perSecond).toBeCloseTo(rate, 6);
      },
    ),
  );
});
