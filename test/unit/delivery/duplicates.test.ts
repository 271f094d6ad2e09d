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

  it('reckons the age of what succeeded earlier, as an outcome tells that is read back', () => {
    const { clock, duplicates } = setUp();
    duplicates.remember('main:1', 'x', 900);
    clock.advance(99);
    expect(duplicates.check('main:1', 'x')).toBe('duplicate');
    clock.advance(1);
    expect(duplicates.check('main:1', 'x')).toBeUndefined();
  });

  it('keeps no call longer than the age, though a clock elsewhere is ahead', () => {
    const { clock, duplicates } = setUp();
    duplicates.remember('main:1', 'x', -5_000);
    clock.advance(1_000);
    expect(duplicates.check('main:1', 'x')).toBeUndefined();
  });

  it('does not forget a success for an earlier one that is read back after it', () => {
    const { clock, duplicates } = setUp();
    clock.advance(5_000);
    duplicates.remember('main:1', 'new');
    duplicates.remember('main:1', 'old', 500);
    expect(duplicates.check('main:1', 'new')).toBe('duplicate');
    clock.advance(600);
    expect(duplicates.check('main:1', 'new')).toBe('duplicate');
    duplicates.remember('main:1', 'newest', 100);
    expect(duplicates.check('main:1', 'newest')).toBe('duplicate');
  });

  it('gives no room to what is too old to count', () => {
    const { duplicates } = setUp(4);
    duplicates.remember('main:1', 'x');
    for (const call of ['2', '3', '4', '5', '6']) duplicates.remember(`main:${call}`, 'x', 1_000);
    expect(duplicates.check('main:1', 'x')).toBe('duplicate');
  });

  it('remembers none where none is wanted', () => {
    const { duplicates } = setUp(0);
    duplicates.remember('main:1', 'x');
    expect(duplicates.check('main:1', 'x')).toBeUndefined();
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
