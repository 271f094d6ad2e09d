import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import { BACKOFF, backOff } from '../../../src/hubspot/retry.ts';

const inDoubt = new CallmatchError('crm-in-doubt', '503');
const unreachable = new CallmatchError('crm-unreachable', 'refused');
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backOff', () => {
  it('doubles from failure to failure up to the ceiling, with full jitter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, share) => {
        const ceiling = Math.min(BACKOFF.ceiling, BACKOFF.first * 2 ** (failures - 1));
        const locked = new CallmatchError('crm-locked', '423');
        expect(backOff(locked, failures, () => share)).toBeCloseTo(2_000 + share * ceiling);
      }),
    );
  });

  it('is short after failures of an outage, which the gate holds back', () => {
    for (const error of [inDoubt, unreachable])
      expect([1, 2, 3, 30].map((failures) => backOff(error, failures, () => 1))).toEqual([500, 1_000, 1_000, 1_000]);
  });

  it('never comes back before the time that HubSpot gave, and not with all others at once', () => {
    const throttled = new CallmatchError('crm-throttled', '429', { retryAfterMs: 7_000 });
    expect(backOff(throttled, 1, () => 0)).toBe(7_000);
    expect(backOff(throttled, 30, () => 0.5)).toBe(7_250);
  });

  it('waits for the two seconds of a lock', () => {
    const locked = new CallmatchError('crm-locked', '423');
    expect(backOff(locked, 1, () => 0)).toBe(2_000);
    expect(backOff(locked, 2, () => 0.5)).toBe(2_500);
  });
});
