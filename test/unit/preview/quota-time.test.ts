import { describe, expect, it, test } from 'vitest';
import { createLimiter } from '../../../src/hubspot/limiter.ts';
import { quotaPace, quotaTime } from '../../../src/preview/quota-time.ts';
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
