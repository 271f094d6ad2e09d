import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlap, sizeOf } from '../../../src/shares/arcs.ts';
import { ownedShare, topicsOf } from '../../../src/shares/owned.ts';

const SOURCES = [
  { topic: 'ours', portal: { name: 'main' } },
  { topic: 'theirs', portal: { name: 'other' } },
  { topic: 'mixed' },
];

describe('the share of an instance', () => {
  it('counts the topics whose records can be the portal’s', () => {
    expect(topicsOf('main', SOURCES)).toEqual(['ours', 'mixed']);
    expect(topicsOf('new', SOURCES)).toEqual(['mixed']);
  });

  it('is its part of their partitions', () => {
    const counts = new Map([
      ['ours', 4],
      ['mixed', 2],
    ]);
    const assigned = [
      { topic: 'ours', partition: 0 },
      { topic: 'mixed', partition: 1 },
      { topic: 'theirs', partition: 0 },
    ];
    expect(sizeOf(ownedShare(['ours', 'mixed'], counts, assigned))).toBeCloseTo(2 / 6);
    expect(ownedShare(['ours'], counts, [])).toEqual([]);
    expect(ownedShare([], counts, assigned)).toEqual([]);
  });

  it('knows of a partition that nobody has told it of', () => {
    expect(sizeOf(ownedShare(['ours'], new Map([['ours', 2]]), [{ topic: 'ours', partition: 3 }]))).toBeCloseTo(1 / 4);
  });

  it('overlaps with no other, and all together are everything', () => {
    const owners = fc.array(fc.nat(3), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(owners, owners, (a, b) => {
        const counts = new Map([
          ['a', a.length],
          ['b', b.length],
        ]);
        const of = (topic: string, all: readonly number[], owner: number) =>
          all.flatMap((one, partition) => (one === owner ? [{ topic, partition }] : []));
        const shares = [0, 1, 2, 3].map((owner) =>
          ownedShare(['b', 'a'], counts, [...of('a', a, owner), ...of('b', b, owner)]),
        );
        expect(shares.reduce((sum, share) => sum + sizeOf(share), 0)).toBeCloseTo(1);
        for (const [n, share] of shares.entries()) {
          for (const other of shares.slice(n + 1)) expect(sizeOf(overlap(share, other))).toBeCloseTo(0);
        }
      }),
    );
  });
});
