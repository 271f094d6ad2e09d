import { describe, expect, it } from 'vitest';
import { RecentUse } from '../../../src/shares/recent-use.ts';

const WINDOW = 10_000;
/** Calls at a steady pace, looked at every two seconds. */
const steady = (perSecond: number, seconds: number): RecentUse => {
  const use = new RecentUse(WINDOW);
  for (let second = 0; second <= seconds; second += 2) use.add(second * 1_000, second * perSecond, 0);
  return use;
};

describe('recent use', () => {
  it('is known after one window', () => {
    expect(steady(1, 8).isKnown).toBe(false);
    expect(steady(1, 10).isKnown).toBe(true);
    expect(new RecentUse(WINDOW).isKnown).toBe(false);
  });

  it('spares what the busiest window and its headroom do not need', () => {
    expect(steady(4, 60).peak).toBe(40);
    // 40 calls, a quarter more and one: 51 of 110.
    expect(steady(4, 60).spare(110)).toBeCloseTo(0.5);
    expect(steady(20, 60).spare(110)).toBe(0);
    expect(steady(0, 60).spare(110)).toBeCloseTo(0.95);
    expect(steady(4, 60).spare(0)).toBe(0);
  });

  it('remembers a burst for a minute, and counts those that wait', () => {
    const use = steady(0, 10);
    use.add(12_000, 50, 30);
    expect(use.peak).toBe(80);
    use.add(60_000, 50, 0);
    expect(use.peak).toBe(80);
    use.add(80_000, 50, 0);
    expect(use.peak).toBe(0);
    expect(use.isBusy).toBe(false);
  });
});
