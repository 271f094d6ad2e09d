import { describe, expect, it } from 'vitest';
import { createLimiter } from '../../../src/hubspot/limiter.ts';
import { NOTHING, WHOLE } from '../../../src/hubspot/share.ts';
import { LeasedLimiter } from '../../../src/shares/leased-limiter.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const QUOTA = { requests: 10, window: 1_000 };

function leased() {
  const clock = new ManualClock();
  const limiter = new LeasedLimiter(createLimiter(QUOTA, clock, -60_000), QUOTA.window, clock);
  return { clock, limiter };
}

describe('the limiter of a shared quota', () => {
  it('counts who asks, and lets through what its share allows', async () => {
    const { limiter } = leased();
    await limiter.acquire('live');
    expect(limiter.total).toBe(1);
    limiter.lease(NOTHING, Number.POSITIVE_INFINITY);
    void limiter.acquire('live');
    expect(limiter.waiting).toBe(1);
  });

  it('holds a lease back for a while when an answer shows that little is left of the whole quota', async () => {
    const { clock, limiter } = leased();
    limiter.lease([{ from: 0, to: 0.8 }], 100_000);
    const permit = await limiter.acquire('backfill');
    permit.spent({ max: 100, remaining: 9, interval: QUOTA.window, isRefusal: false });
    let isThrough = false;
    void limiter.acquire('backfill').then(() => {
      isThrough = true;
    });
    await clock.elapse(99);
    expect(isThrough).toBe(false);
    await clock.elapse(5_000);
    expect(isThrough).toBe(true);
  });

  it('lets nothing through once a lease has ended of which nobody has told it, as after a freeze', async () => {
    const { clock, limiter } = leased();
    limiter.lease(WHOLE, 10_000);
    await clock.elapse(5_000);
    (await limiter.acquire('backfill')).unused();
    clock.lag(6_000);
    let isThrough = false;
    void limiter.acquire('backfill').then(() => {
      isThrough = true;
    });
    await clock.elapse(1_000);
    expect(isThrough).toBe(false);
    limiter.lease(WHOLE, 100_000);
    await clock.elapse(20_000);
    await settled();
    expect(isThrough).toBe(true);
  });
});
