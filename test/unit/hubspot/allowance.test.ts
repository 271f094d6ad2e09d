import { describe, expect, it } from 'vitest';
import { Allowance } from '../../../src/hubspot/allowance.ts';
import type { RateLimit } from '../../../src/hubspot/rate-limit.ts';
import { NOTHING, shareOf, WHOLE } from '../../../src/hubspot/share.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const QUOTA = { requests: 110, window: 10_000 };
const says = (max: number, remaining: number, more: Partial<RateLimit> = {}): RateLimit => {
  return { max, remaining, interval: 10_000, isRefusal: false, ...more };
};

function settledAllowance() {
  const clock = new ManualClock();
  const allowance = new Allowance(QUOTA, clock, Number.NEGATIVE_INFINITY);
  return { clock, allowance };
}

describe('Allowance', () => {
  it('lets one ask half a second after a start, and nobody else', () => {
    const clock = new ManualClock();
    const allowance = new Allowance(QUOTA, clock);
    expect([allowance.slots(0), allowance.mayAsk(0, 0), allowance.changesAt(0)]).toEqual([0, false, 500]);
    clock.advance(500);
    expect([allowance.mayAsk(0, 500), allowance.mayAsk(1, 500)]).toEqual([true, false]);
    allowance.learn(says(110, 30), allowance.witness(500), 1, 600);
    // 80 are in use, one of them ours.
    expect([allowance.slots(600), allowance.mayAsk(0, 600)]).toEqual([31, false]);
    expect([allowance.slots(10_599), allowance.slots(10_600)]).toEqual([31, 110]);
  });

  it('lets only the one ask who has the beginning of the circle', () => {
    const clock = new ManualClock();
    const allowance = new Allowance(QUOTA, clock);
    allowance.setShare(shareOf([1], 2), clock.now());
    clock.advance(500);
    expect(allowance.mayAsk(0, 500)).toBe(false);
    allowance.setShare(shareOf([0], 2), clock.now());
    clock.advance(500);
    expect(allowance.mayAsk(0, 1_000)).toBe(true);
  });

  it('believes no answer to a question about an earlier share', () => {
    const clock = new ManualClock();
    const allowance = new Allowance(QUOTA, clock);
    clock.advance(500);
    const witness = allowance.witness(500);
    allowance.setShare(NOTHING, clock.now());
    allowance.setShare(WHOLE, clock.now());
    allowance.learn(says(110, 109), witness, 1, 600);
    expect(allowance.slots(600)).toBe(0);
  });

  it('keeps to a smaller quota of the server, and not to a larger one', () => {
    const { allowance } = settledAllowance();
    allowance.learn(says(100, 99), undefined, 1, 0);
    expect(allowance.slots(0)).toBe(100);
    allowance.learn(says(190, 189), undefined, 1, 0);
    expect(allowance.slots(0)).toBe(110);
  });

  it('takes no notice of a window that is not ours, and of nothing', () => {
    const { allowance } = settledAllowance();
    allowance.learn(says(10, 0, { interval: 1_000 }), undefined, 1, 0);
    allowance.learn('silent', undefined, 1, 0);
    allowance.learn(undefined, undefined, 1, 0);
    expect(allowance.slots(0)).toBe(110);
    allowance.learn(says(110, 100, { interval: undefined }), undefined, 1, 0);
    expect(allowance.slots(0)).toBe(101);
  });

  it('lets others have what is not ours, and no more', () => {
    const { clock, allowance } = settledAllowance();
    allowance.setShare(shareOf([0], 2), clock.now());
    clock.advance(12_000);
    allowance.learn(says(110, 54), undefined, 1, 12_000);
    expect(allowance.slots(12_000)).toBe(55);
    allowance.learn(says(110, 50), undefined, 1, 12_000);
    expect(allowance.slots(12_000)).toBe(51);
  });

  it('keeps the last slot for a successor until another one is about to come back', () => {
    const { clock, allowance } = settledAllowance();
    expect(allowance.hasSpare(108, 110, 9_000, 0)).toBe(true);
    expect(allowance.hasSpare(109, 110, 501, 0)).toBe(false);
    expect(allowance.hasSpare(109, 110, 500, 0)).toBe(true);
    allowance.setShare(shareOf([1], 2), clock.now());
    expect(allowance.hasSpare(54, 55, 500, 0)).toBe(false);
    const small = new Allowance({ requests: 9, window: 10_000 }, new ManualClock());
    expect(small.hasSpare(8, 9, 9_000, 0)).toBe(true);
  });
});
