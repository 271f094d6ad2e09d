import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GroupPosition } from '../../../src/kafka/group-offsets.ts';
import { planRange, sizeOfRanges } from '../../../src/replay/range.ts';

function position(committed: number | undefined, start: number, end: number): GroupPosition {
  return {
    group: 'live',
    topic: 'calls.cdr',
    partition: 0,
    committed: { offset: committed, metadata: '' },
    start,
    end,
  };
}

const positions = fc
  .tuple(fc.nat(100), fc.nat(100), fc.nat(100))
  .map(([start, length, done]) => position(start + Math.min(done, length), start, start + length));

it('reads what was asked for, there, and done by the live group, and nothing else', () => {
  fc.assert(
    fc.property(positions, fc.nat(300), fc.nat(300), (live, from, to) => {
      const [range] = planRange(
        [live],
        () => from,
        () => to,
      );
      if (range === undefined) throw new Error('there is one partition');
      const isRead = (offset: number) => offset >= range.from && offset < range.to;
      for (let offset = 0; offset < 320; offset += 1) {
        const isThere = offset >= live.start && offset < live.end;
        const isDone = offset < (live.committed.offset ?? 0);
        expect(isRead(offset)).toBe(isThere && isDone && offset >= from && offset < to);
      }
      expect(sizeOfRanges([range])).toBe(range.to - range.from);
    }),
  );
});

it('says what it leaves to the live group, and what retention has deleted', () => {
  const all = (live: GroupPosition) =>
    planRange(
      [live],
      () => 0,
      () => Number.POSITIVE_INFINITY,
    )[0];
  expect(all(position(80, 10, 100))).toMatchObject({ from: 10, to: 80, isCutByLive: true, deleted: 10 });
  expect(all(position(100, 0, 100))).toMatchObject({ from: 0, to: 100, isCutByLive: false, deleted: 0 });
});

it('refuses where the live group has committed nothing', () => {
  expect(() =>
    planRange(
      [position(undefined, 0, 100)],
      () => 0,
      () => 100,
    ),
  ).toThrow('group live has committed nothing on calls.cdr/0');
});
