import { describe, expect, it, test } from 'vitest';
import type { GroupPosition } from '../../../src/kafka/group-offsets.ts';
import { choosePartitions, isChange, planReset, planRestore } from '../../../src/offsets/plan.ts';

function position(partition: number, offset: number | undefined, metadata = '', topic = 'calls'): GroupPosition {
  return { group: 'g', topic, partition, committed: { offset, metadata }, start: 10, end: 20 };
}

const POSITIONS = [position(0, 12), position(1, 15, 'done'), position(2, undefined)];

test('partitions are chosen by number, in every topic', () => {
  const positions = [...POSITIONS, position(0, 1, '', 'pbx'), position(1, 1, '', 'pbx')];
  const chosen = choosePartitions(positions, [[1, 1]]);
  expect(chosen.map(({ topic, partition }) => `${topic}/${partition}`)).toEqual(['calls/1', 'pbx/1']);
  expect(choosePartitions(positions, undefined)).toBe(positions);
  expect(() => choosePartitions(positions, [[1, 2]])).toThrow('pbx has no partition 2: its last one is 1');
});

describe('a reset', () => {
  it('goes to the target, without metadata', () => {
    const moves = planReset(POSITIONS, ({ start }) => start + 2);
    expect(moves.map(({ to }) => to)).toEqual(Array(3).fill({ offset: 12, metadata: '' }));
    expect(moves.map(isChange), 'partition 0 is there already').toEqual([false, true, true]);
  });

  it('changes an offset that stays the same when it has metadata', () => {
    expect(planReset([position(0, 15, 'done')], () => 15).map(isChange)).toEqual([true]);
  });

  it.each([9, 21])('refuses %d, which is out of range', (offset) => {
    const message = `offset ${offset} is out of range: calls/0 has 10 to 20, calls/1 has 10 to 20`;
    expect(() => planReset(POSITIONS.slice(0, 2), () => offset)).toThrow(message);
  });

  it.each([10, 20])('takes %d, an end of the range', (offset) => {
    expect(planReset(POSITIONS, () => offset)).toHaveLength(3);
  });
});

describe('a restore', () => {
  const saved = (partition: number, offset: number | null, metadata = '', topic = 'calls') => {
    return { group: 'g', savedAt: '', offsets: [{ topic, partition, offset, metadata }] };
  };

  it('goes back to offset and metadata, out of range or not', () => {
    const [move] = planRestore(POSITIONS, saved(0, 3, 'old'), 'g');
    expect(move).toMatchObject({ from: { offset: 12, metadata: '' }, to: { offset: 3, metadata: 'old' } });
    expect(move && isChange(move)).toBe(true);
  });

  it('leaves a partition that had no commit', () => {
    const [move] = planRestore(POSITIONS, saved(0, null), 'g');
    expect(move && isChange(move)).toBe(false);
  });

  it.each([
    ['the file is of group g, not of other', saved(0, 3), 'other'],
    ['the file has pbx/0, which no source reads', saved(0, 3, '', 'pbx'), 'g'],
    ['the file has calls/3, which no source reads', saved(3, 3), 'g'],
  ])('refuses: %s', (message, backup, group) => {
    expect(() => planRestore(POSITIONS, backup, group)).toThrow(message);
  });
});
