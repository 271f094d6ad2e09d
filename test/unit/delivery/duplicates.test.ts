import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDuplicates } from '../../../src/delivery/duplicates.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function setUp(calls = 10, age = 1_000) {
  const clock = new ManualClock();
  return { clock, duplicates: createDuplicates({ calls, age }, () => clock.now()) };
}

describe('Duplicates', () => {
  it('knows the first, a repeat and a changed version of a call', () => {
    const { duplicates } = setUp();
    expect(duplicates.check('main:1', 'x')).toBeUndefined();
    duplicates.remember('main:1', 'x');
    expect(duplicates.check('main:1', 'x')).toBe('duplicate');
    expect(duplicates.check('main:1', 'y')).toBe('revision');
    expect(duplicates.check('other:1', 'x')).toBeUndefined();
  });

  it('does not take a call for a repeat that was looked for but never succeeded', () => {
    const { duplicates } = setUp();
    duplicates.check('main:1', 'x');
    expect(duplicates.check('main:1', 'x')).toBeUndefined();
  });

  it('forgets after the age, reckoned from the success, however often it was asked for', () => {
    const { clock, duplicates } = setUp();
    duplicates.remember('main:1', 'x');
    clock.advance(999);
    expect(duplicates.check('main:1', 'x')).toBe('duplicate');
    clock.advance(1);
    expect(duplicates.check('main:1', 'x')).toBeUndefined();
    duplicates.remember('main:1', 'x');
    clock.advance(999);
    expect(duplicates.check('main:1', 'x')).toBe('duplicate');
  });

  it('is bounded: at most the limit is remembered, and the newest half of it always is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.array(fc.nat(60), { maxLength: 200 }), (limit, calls) => {
        /** Asking moves a call to the newest, so every question needs a memory of its own. */
        const known = (asked: readonly number[]) => {
          const { duplicates } = setUp(limit, Number.POSITIVE_INFINITY);
          for (const call of calls) duplicates.remember(`main:${call}`, '');
          return asked.filter((call) => duplicates.check(`main:${call}`, '') === 'duplicate');
        };
        const newestFirst = [...new Set(calls.toReversed())];
        expect(known(newestFirst).length).toBeLessThanOrEqual(limit);
        const newest = newestFirst.slice(0, Math.floor(limit / 2));
        expect(known(newest)).toEqual(newest);
      }),
    );
  });
});
