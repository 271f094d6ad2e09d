import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundedTime } from '../../src/rounded-time.ts';

test.each([
  [0, '0 s'],
  [1, '1 s'],
  [10_100, '11 s'],
  [59_999, '60 s'],
  [60_000, '1 min'],
  [61_001, '1 min 2 s'],
  [3_600_000, '1 h'],
  [3_599_999, '60 min'],
  [9_061_000, '2 h 32 min'],
  [90_061_000, '1 d 2 h'],
])('%i ms are %s', (ms, text) => {
  expect(roundedTime(ms)).toBe(text);
});

test('a time is never rounded down', () => {
  const seconds = { s: 1, min: 60, h: 3_600, d: 86_400 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 11 }), (ms) => {
      const parts = [...roundedTime(ms).matchAll(/(\d+) (s|min|h|d)\b/g)];
      const told = parts.reduce(
        (sum, [, count, unit]) => sum + Number(count) * (seconds[unit as keyof typeof seconds] ?? 0),
        0,
      );
      expect(told * 1000).toBeGreaterThanOrEqual(ms);
    }),
  );
});
