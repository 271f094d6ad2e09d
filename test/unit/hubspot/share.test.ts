import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fewestSlotsIn,
  NOTHING,
  type Share,
  shareOf,
  slotsIn,
  untilChange,
  WHOLE,
  within,
} from '../../../src/hubspot/share.ts';

const slots = fc.integer({ min: 1, max: 300 });
const phase = fc.double({ min: -5, max: 5, noNaN: true });
/** Partitions, each with the instance that has it. */
const owners = fc.array(fc.nat(4), { minLength: 1, maxLength: 40 });
const sharesOf = (owned: readonly number[]): Share[] =>
  [0, 1, 2, 3, 4].map((owner) =>
    shareOf(
      owned.keys().filter((part) => owned[part] === owner),
      owned.length,
    ),
  );
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
const share = owners.map((owned) => sharesOf(owned)[0] ?? NOTHING);

describe('slots of a share', () => {
  it('are all there are for the whole, and none for nothing, wherever they are', () => {
    fc.assert(
      fc.property(slots, phase, (count, at) => {
        expect([slotsIn(WHOLE, count, at), slotsIn(NOTHING, count, at)]).toEqual([count, 0]);
      }),
    );
  });

  it('of all instances are exactly the slots that there are, whoever has which partition', () => {
    fc.assert(
      fc.property(owners, slots, phase, (owned, count, at) => {
        const held = sharesOf(owned).map((one) => slotsIn(one, count, at));
        expect(sum(held)).toBe(count);
      }),
    );
  });

  it('are the exact part over one step, though whole at every moment', () => {
    const one = shareOf([5], 64);
    const samples = Array.from({ length: 10_000 }, (_, n) => slotsIn(one, 110, n / 10_000));
    expect(new Set(samples)).toEqual(new Set([1, 2]));
    expect(sum(samples) / samples.length).toBeCloseTo(110 / 64, 2);
  });

  it('are divided between lanes without a loss', () => {
    fc.assert(
      fc.property(slots, phase, fc.double({ min: 0, max: 1, noNaN: true }), (count, at, border) => {
        const live = within({ from: 0, to: border }, shareOf([0, 1], 3));
        const other = within({ from: 0, to: border }, shareOf([2], 3));
        const backfill = within({ from: border, to: 1 }, WHOLE);
        const held = [live, other, backfill].map((one) => slotsIn(one, count, at));
        expect(sum(held)).toBe(count);
      }),
    );
  });
});

describe('shareOf', () => {
  it('makes one arc of neighbours, in any order', () => {
    expect(shareOf([2, 1, 7, 2], 8)).toEqual([
      { from: 1 / 8, to: 3 / 8 },
      { from: 7 / 8, to: 1 },
    ]);
    expect(shareOf([0, 1, 2], 3)).toEqual(WHOLE);
    expect(shareOf([], 3)).toEqual(NOTHING);
  });
});

/** Finely enough to find every change: nothing happens between two grains. */
const GRAIN = 1e-6;

describe('fewestSlotsIn', () => {
  it('finds the fewest between two phases', () => {
    fc.assert(
      fc.property(share, slots, phase, fc.double({ min: 0, max: 1.5, noNaN: true }), (one, count, from, length) => {
        const fewest = fewestSlotsIn(one, count, from, from + length);
        for (let n = 0; n <= 200; n += 1) {
          expect(slotsIn(one, count, from + (length * n) / 200)).toBeGreaterThanOrEqual(fewest);
        }
        // It is there at the beginning, or right after a slot has left.
        let at = from;
        let found = slotsIn(one, count, at);
        while (found !== fewest && at <= from + length) {
          at += untilChange(one, count, at);
          found = slotsIn(one, count, at);
        }
        expect(found).toBe(fewest);
      }),
    );
  });
});

describe('untilChange', () => {
  it('lets no change pass, and is not longer than one step', () => {
    fc.assert(
      fc.property(share, slots, phase, fc.double({ min: 0, max: 1, noNaN: true }), (one, count, at, part) => {
        const distance = untilChange(one, count, at);
        expect(distance).toBeGreaterThan(0);
        if (one.length > 0) expect(distance).toBeLessThanOrEqual(1);
        const before = at + Math.min(1, distance - 2 * GRAIN) * part;
        if (before > at) expect(slotsIn(one, count, before)).toBe(slotsIn(one, count, at));
      }),
    );
  });
});
