import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { lengthOf, limitStretches, type Stretch, stretchWithin } from '../../../src/preview/stretch.ts';

const ENDS = { topic: 'calls', partition: 2, start: 100, end: 200 };

test.each([
  [120, 150, 120, 150],
  [0, 150, 100, 150],
  [150, 900, 150, 200],
  [900, 950, 200, 200],
  [0, 50, 100, 100],
  [150, 120, 150, 150],
])('from %i to %i is %i to %i of what is there', (from, to, first, last) => {
  expect(stretchWithin(ENDS, from, to)).toEqual({ topic: 'calls', partition: 2, from: first, to: last });
});

const stretches = fc
  .array(fc.record({ from: fc.nat(1_000), length: fc.nat(1_000) }), { minLength: 1, maxLength: 8 })
  .map((list) =>
    list.map(({ from, length }, partition): Stretch => ({ topic: 'calls', partition, from, to: from + length })),
  );

describe('a limit', () => {
  it('is used as far as there is something, and never passed', () => {
    fc.assert(
      fc.property(stretches, fc.nat(5_000), (all, limit) => {
        const kept = limitStretches(all, limit);
        expect(kept.map(({ partition, from }) => [partition, from])).toEqual(
          all.map(({ partition, from }) => [partition, from]),
        );
        for (const [index, { from, to }] of kept.entries()) {
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(all[index]?.to ?? 0);
        }
        expect(lengthOf(kept)).toBe(Math.min(limit, lengthOf(all)));
      }),
    );
  });

  it('is divided equally, and what a short one leaves is for the others', () => {
    const all = [1_000, 10, 1_000].map((to, partition) => ({ topic: 'calls', partition, from: 0, to }));
    expect(limitStretches(all, 100).map(({ to }) => to)).toEqual([45, 10, 45]);
  });
});
