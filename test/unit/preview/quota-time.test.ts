import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createLimiter } from '../../../src/hubspot/limiter.ts';
import { quotaPace, quotaTime, roundedTime } from '../../../src/preview/quota-time.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const QUOTA = { requests: 110, window: 10_000 };

describe('the time at a quota', () => {
  test.each([
    [0, 0],
    [110, 0],
    [111, 10_100],
    [220, 10_100],
    [221, 20_200],
    [1_100_000, 9_999 * 10_100],
  ])('%i calls take %i ms', (calls, ms) => {
    expect(quotaTime(QUOTA, calls)).toBe(ms);
  });

  it('is none without a quota', () => {
    expect(quotaTime('none', 1_000_000)).toBe(0);
    expect(quotaPace('none')).toBeUndefined();
  });

  it('is what the limiter takes, when an answer takes 100 ms', async () => {
    const clock = new ManualClock();
    // It is known that nobody has sent anything in the window before.
    const limiter = createLimiter(QUOTA, clock, Number.NEGATIVE_INFINITY);
    let last = 0;
    for (let call = 0; call < 1_000; call += 1) {
      void limiter.acquire('live').then((permit) => {
        last = clock.now();
        clock.after(100, () => permit.spent());
      });
    }
    await clock.elapse(200_000);
    expect(last).toBe(quotaTime(QUOTA, 1_000));
  });

  it('agrees with the pace in the long run', () => {
    const calls = 1_000_001;
    expect(quotaTime(QUOTA, calls) / 1000).toBeCloseTo(calls / (quotaPace(QUOTA) ?? 0), -2);
  });
});

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
