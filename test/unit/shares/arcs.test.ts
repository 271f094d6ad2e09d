import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Share } from '../../../src/hubspot/share.ts';
import { adjust, isSame, lastOf, overlap, sizeOf, subtract, union } from '../../../src/shares/arcs.ts';

/** Any share, with cuts on a coarse grid so that ends meet often. */
const anyShare: fc.Arbitrary<Share> = fc
  .array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 })
  .map((cuts) => union(pairs(cuts.toSorted((a, b) => a - b).map((cut) => cut / 40))));

function pairs(cuts: readonly number[]): Share {
  const arcs = [];
  for (let n = 0; n + 1 < cuts.length; n += 2) arcs.push({ from: cuts[n] ?? 0, to: cuts[n + 1] ?? 0 });
  return arcs;
}

/** Whether a point is in the share; the model of all operations. */
const has = (share: Share, point: number) => share.some(({ from, to }) => from <= point && point < to);
const POINTS = Array.from({ length: 40 }, (_, n) => n / 40 + 1 / 80);

describe('shares as sets of points', () => {
  it('unite, subtract and overlap as sets do', () => {
    fc.assert(
      fc.property(anyShare, anyShare, (a, b) => {
        for (const point of POINTS) {
          expect(has(union(a, b), point)).toBe(has(a, point) || has(b, point));
          expect(has(subtract(a, b), point)).toBe(has(a, point) && !has(b, point));
          expect(has(overlap(a, b), point)).toBe(has(a, point) && has(b, point));
        }
        expect(sizeOf(a) + sizeOf(b)).toBeCloseTo(sizeOf(union(a, b)) + sizeOf(overlap(a, b)));
      }),
    );
  });

  it('write one share in one way', () => {
    fc.assert(
      fc.property(anyShare, (share) => {
        expect(isSame(union(share, share), share)).toBe(true);
      }),
    );
    expect(isSame([{ from: 0, to: 0.5 }], [{ from: 0, to: 0.6 }])).toBe(false);
  });

  it('give the highest part of a size', () => {
    const share = [
      { from: 0, to: 0.25 },
      { from: 0.5, to: 0.75 },
    ];
    expect(lastOf(share, 0.25)).toEqual([{ from: 0.5, to: 0.75 }]);
    expect(lastOf(share, 0.3)).toEqual([
      { from: 0.2, to: 0.25 },
      { from: 0.5, to: 0.75 },
    ]);
    expect(lastOf(share, 2)).toEqual(share);
    expect(lastOf(share, 0)).toEqual([]);
  });

  it('come to a size with as little change as can be, from what is free', () => {
    fc.assert(
      fc.property(anyShare, anyShare, fc.double({ min: 0, max: 1, noNaN: true }), (current, free, size) => {
        const next = adjust(current, free, size);
        const reachable = Math.min(size, sizeOf(union(current, free)));
        expect(sizeOf(next)).toBeCloseTo(Math.max(reachable, Math.min(size, sizeOf(current))), 4);
        expect(subtract(next, union(current, free))).toEqual([]);
        if (size >= sizeOf(current)) expect(subtract(current, next)).toEqual([]);
      }),
    );
  });
});
