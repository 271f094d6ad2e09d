import { describe, expect, it } from 'vitest';
import { itemsOf } from '../../../../src/cdr/mapping/list-rule.ts';
import { mistakesIn, resultOf } from '../../../support/rules.ts';

const RECORD = {
  legs: [
    { who: 'a', at: 10, end: 'busy', s: '3' },
    { who: 'b', at: '9', end: 'No Answer', s: 4 },
    { who: ' ', at: null, end: 'completed' },
    null,
    { who: 'd', at: 10, end: 'odd' },
  ],
  words: ['z', 'y', '10', '9'],
  empty: [],
  text: '[1]',
  one: 1,
  two: '2.5',
  odd: 'x',
  blank: '',
  people: [{ role: 'guest', calls: [{ s: 1 }, { s: 2 }] }, { role: 'host', calls: [{ s: 4 }] }, { role: 'host' }],
};

describe('the rule in', () => {
  it.each<[unknown, unknown]>([
    [{ in: 'legs', take: 'who' }, 'a'],
    [{ in: 'legs', take: 'who', pick: 'first' }, 'a'],
    [{ in: 'legs', take: 'who', pick: 'last' }, 'd'],
    [{ in: 'legs', take: 'who', pick: 'all' }, ['a', 'b', 'd']],
    [{ in: 'legs', take: 'who', by: 'at' }, 'b'],
    [{ in: 'legs', take: 'who', pick: 'last', by: 'at' }, 'd'],
    [{ in: 'legs', take: 'end', by: 'who', pick: 'last' }, 'odd'],
    [{ in: 'legs', take: 'who', where: { value: 'end', is: ['no*', 'odd'] } }, 'b'],
    [{ in: 'legs', where: { value: 'who', is: 'zz' } }, undefined],
    [{ in: 'legs', pick: 'count' }, 4],
    [{ in: 'legs', where: { filled: 's' }, pick: 'count' }, 2],
    [{ in: 'empty', pick: 'count' }, 0],
    [{ in: 'missing', pick: 'all' }, []],
    [{ in: 'text', pick: 'first' }, undefined],
    [{ in: 'legs', take: 'at', pick: 'min' }, '9'],
    [{ in: 'legs', take: 'at', pick: 'max' }, 10],
    [{ in: 'words', pick: 'max' }, 'z'],
    [{ in: 'legs', take: 's', pick: 'sum' }, 7],
    [{ in: 'legs', take: 'who', pick: 'sum' }, 'a'],
    [{ in: 'empty', pick: 'sum' }, undefined],
    [{ in: 'empty', pick: 'min' }, undefined],
    [{ in: 'legs', take: 'end', pick: 'best', order: ['COMPLETED', 'NO_ANSWER', 'BUSY'] }, 'completed'],
    [{ in: 'legs', take: 'end', pick: 'best', order: ['NO_ANSWER', 'BUSY'] }, 'No Answer'],
    [{ in: 'legs', take: 'end', pick: 'best', order: ['FAILED'] }, undefined],
    [{ in: 'legs', take: { outer: 'one' } }, 1],
    [{ in: { in: 'people', take: 'calls', pick: 'all' }, take: 's', pick: 'all' }, [1, 2, 4]],
    [{ in: { in: 'people', where: { value: 'role', is: 'host' }, take: 'calls', pick: 'all' }, take: 's' }, 4],
    [{ in: 'people', take: 'calls', pick: 'count' }, 3],
    [{ path: 'who', of: { in: 'legs', pick: 'last' } }, 'd'],
  ])('%j gives %j', (rule, value) => {
    expect(resultOf(rule, RECORD)).toEqual(value);
  });

  it('gives nothing of lists in lists that are too long together', () => {
    const record = { legs: Array.from({ length: 200 }, () => ({ parts: Array.from({ length: 100 }, () => 1) })) };
    expect(resultOf({ in: 'legs', take: 'parts', pick: 'count' }, record)).toBeUndefined();
  });

  it('keeps list order where nothing tells items apart', () => {
    const record = { legs: [{ n: 1 }, { n: 2, at: 5 }, { n: 3, at: 5 }, { n: 4 }] };
    expect(resultOf({ in: 'legs', by: 'at', take: 'n' }, record)).toBe(2);
    expect(resultOf({ in: 'legs', by: 'at', take: 'n', pick: 'last' }, record)).toBe(3);
    expect(resultOf({ in: 'legs', by: 'none', take: 'n' }, record)).toBe(1);
    expect(resultOf({ in: 'legs', by: 'none', take: 'n', pick: 'last' }, record)).toBe(4);
  });

  it.each([
    [{ in: 'a', pick: 'best' }, 'rule: `pick: best` and `order` go together'],
    [{ in: 'a', order: ['x'] }, 'rule: `pick: best` and `order` go together'],
    [{ in: 'a', pick: 'all', by: 'x' }, 'rule: `by` goes with `pick: first` or `pick: last`'],
    [{ in: 'a', were: { filled: 'x' } }, 'rule: Unrecognized key: "were"'],
  ])('%j is a mistake', (rule, message) => {
    expect(mistakesIn(rule)).toBe(message);
  });
});

describe('the rule sum', () => {
  it.each<[unknown, unknown]>([
    [{ sum: ['one', 'two', 'blank'] }, 3.5],
    [{ sum: ['blank', 'missing'] }, undefined],
    [{ sum: ['one', 'odd'] }, 'x'],
  ])('%j gives %j', (rule, value) => {
    expect(resultOf(rule, RECORD)).toBe(value);
  });
});

describe('itemsOf', () => {
  it('does not look through what is no list, or too long', () => {
    expect(itemsOf([1])).toEqual([1]);
    expect(itemsOf('x')).toEqual([]);
    expect(itemsOf(new Array(10_001).fill(1))).toEqual([]);
  });
});
