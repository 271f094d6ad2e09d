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
const STEP = 300_000;
const ring = slots.map((count) => ({ slots: count, step: STEP }));
const phase = fc.integer({ min: -5 * STEP, max: 5 * STEP });
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
      fc.property(ring, phase, (of, at) => {
        expect([slotsIn(WHOLE, of, at), slotsIn(NOTHING, of, at)]).toEqual([of.slots, 0]);
      }),
    );
  });

  it('of all instances are exactly the slots that there are, whoever has which partition', () => {
    fc.assert(
      fc.property(owners, ring, phase, (owned, of, at) => {
        const held = sharesOf(owned).map((one) => slotsIn(one, of, at));
        expect(sum(held)).toBe(of.slots);
      }),
    );
  });

  it('are the exact part over one step, though whole at every moment', () => {
    const one = shareOf([5], 64);
    const samples = Array.from({ length: 10_000 }, (_, n) => slotsIn(one, { slots: 110, step: 10_000 }, n));
    expect(new Set(samples)).toEqual(new Set([1, 2]));
    expect(sum(samples) / samples.length).toBeCloseTo(110 / 64, 2);
  });

  it('are divided between lanes without a loss', () => {
    fc.assert(
      fc.property(ring, phase, fc.double({ min: 0, max: 1, noNaN: true }), (of, at, border) => {
        const live = within({ from: 0, to: border }, shareOf([0, 1], 3));
        const other = within({ from: 0, to: border }, shareOf([2], 3));
        const backfill = within({ from: border, to: 1 }, WHOLE);
        const held = [live, other, backfill].map((one) => slotsIn(one, of, at));
        expect(sum(held)).toBe(of.slots);
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

describe('fewestSlotsIn', () => {
  it('finds the fewest between two phases', () => {
    fc.assert(
      fc.property(share, ring, phase, fc.nat(1.5 * STEP), (one, of, from, length) => {
        const fewest = fewestSlotsIn(one, of, from, from + length);
        for (let n = 0; n <= 200; n += 1) {
          expect(slotsIn(one, of, from + Math.floor((length * n) / 200))).toBeGreaterThanOrEqual(fewest);
        }
        // It is there at the beginning, or right after a slot has left.
        const found: number[] = [];
        for (let at = from; at <= from + length; at += untilChange(one, of, at)) found.push(slotsIn(one, of, at));
        expect(Math.min(...found)).toBe(fewest);
      }),
    );
  });
});

describe('untilChange', () => {
  it('lets no change pass, and is not longer than one step', () => {
    fc.assert(
      fc.property(share, ring, phase, fc.double({ min: 0, max: 1, noNaN: true }), (one, of, at, part) => {
        const distance = untilChange(one, of, at);
        expect(distance).toBeGreaterThanOrEqual(1);
        if (one.length > 0) expect(distance).toBeLessThanOrEqual(STEP);
        const last = Math.min(STEP, distance) - 1;
        for (const before of [last, Math.floor(last * part)]) {
          expect(slotsIn(one, of, at + before)).toBe(slotsIn(one, of, at));
        }
      }),
    );
  });
});
