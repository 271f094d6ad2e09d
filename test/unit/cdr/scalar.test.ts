import { describe, expect, it } from 'vitest';
import { isNothing, numberOf, textOf } from '../../../src/cdr/scalar.ts';

describe('scalars', () => {
  it.each([
    [undefined, true],
    [null, true],
    ['', true],
    [' \t', true],
    [0, false],
    [false, false],
    [{}, false],
  ])('isNothing(%j) is %s', (value, expected) => {
    expect(isNothing(value)).toBe(expected);
  });

  it.each([
    [' a b ', 'a b'],
    ['a\ud83d', 'a\ufffd'],
    ['a\ud83d\ude00', 'a\ud83d\ude00'],
    ['', undefined],
    [8, '8'],
    [true, 'true'],
    [{}, undefined],
    [null, undefined],
  ])('textOf(%j) is %j', (value, expected) => {
    expect(textOf(value)).toBe(expected);
  });

  it.each([
    [1.5, 1.5],
    ['-12.50', -12.5],
    [' 7 ', 7],
    ['1e3', undefined],
    ['0x10', undefined],
    ['', undefined],
    [Number.NaN, undefined],
    [true, undefined],
  ])('numberOf(%j) is %j', (value, expected) => {
    expect(numberOf(value)).toBe(expected);
  });
});
