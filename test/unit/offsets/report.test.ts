import { describe, expect, it, test } from 'vitest';
import type { Move } from '../../../src/offsets/plan.ts';
import { groupLine, isAchieved, moveJson, moveLine, positionJson, positionTable } from '../../../src/offsets/report.ts';

const MEMBER = { clientId: 'callmatch', host: '10.0.0.7' };
const EMPTY = { state: 'Empty', members: [] };
const BEHIND = {
  group: 'g',
  topic: 'calls.cdr',
  partition: 10,
  committed: { offset: 5, metadata: 'x' },
  start: 40,
  end: 90,
};
const FIRST = {
  group: 'g',
  topic: 'calls.cdr',
  partition: 0,
  committed: { offset: undefined, metadata: '' },
  start: 0,
  end: 1200,
};

test('the line of the group names its members', () => {
  expect(groupLine('g', EMPTY)).toBe('Group g: Empty, 0 members');
  expect(groupLine('g', { state: 'Stable', members: [MEMBER] })).toBe(
    'Group g: Stable, 1 member (callmatch at 10.0.0.7)',
  );
});

test('the table aligns numbers to the right', () => {
  expect(positionTable([FIRST, BEHIND])).toEqual([
    'TOPIC      PARTITION  COMMITTED  START   END  LAG  LOST  METADATA  DONE BEHIND',
    'calls.cdr          0          -      0  1200    -     0  none                0  nothing committed yet',
    'calls.cdr         10          5     40    90   50    35  other               0  ' +
      'OUT OF RANGE: deleted by retention before it was read',
  ]);
});

test('JSON has every field, null for what is not known', () => {
  expect(positionJson('g', EMPTY, FIRST)).toEqual({
    ...{ group: 'g', groupState: 'Empty', members: 0, topic: 'calls.cdr', partition: 0 },
    ...{ committed: null, start: 0, end: 1200, lag: null, lost: 0, metadata: 'none', doneBehind: 0 },
    state: 'uncommitted',
  });
});

function moveOf(from: number | undefined, to: number | undefined, [old, next] = ['', '']): Move {
  const place = { group: 'g', topic: 'calls.cdr', partition: 0, start: 10, end: 20 };
  return { ...place, from: { offset: from, metadata: old ?? '' }, to: { offset: to, metadata: next ?? '' } };
}

describe('a move', () => {
  it.each([
    [moveOf(12, 10), '12 -> 10', true],
    [moveOf(undefined, 10), 'nothing committed -> 10', true],
    [moveOf(12, 12), 'unchanged (12)', true],
    [moveOf(12, 12, ['old', '']), '12 -> 12, with other metadata', true],
    [moveOf(undefined, undefined), 'unchanged (nothing committed)', true],
    [moveOf(12, 3), '12 -> 3, OUT OF RANGE: the topic has 10 to 20', false],
    [moveOf(12, undefined), 'stays at 12; before it nothing was committed, which cannot be brought back', false],
  ])('is told in a line (%#): %s', (move, line, achieved) => {
    expect(moveLine(move)).toBe(`calls.cdr/0: ${line}`);
    expect(isAchieved(move)).toBe(achieved);
  });

  it('is told as JSON, with the file that keeps the old offsets', () => {
    const place = { topic: 'calls.cdr', partition: 0 };
    expect(moveJson(moveOf(undefined, 10), 'old.json')).toEqual({
      ...place,
      ...{ from: null, to: 10, changed: true, backup: 'old.json' },
    });
    expect(moveJson(moveOf(12, 12), undefined)).toEqual({
      ...place,
      ...{ from: 12, to: 12, changed: false, backup: null },
    });
  });
});
