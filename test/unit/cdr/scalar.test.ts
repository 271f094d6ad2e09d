import fc from 'fast-check';
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

  it('read back what was written, and are nothing or themselves whatever the field', () => {
    const decimal = fc.tuple(fc.integer(), fc.nat({ max: 999_999 })).map(([whole, digits]) => `${whole}.${digits}`);
    fc.assert(
      fc.property(fc.anything(), fc.integer(), fc.string(), decimal, (value, number, text, written) => {
        expect(numberOf(` ${number} `)).toBe(number);
        expect(numberOf(written)).toBe(Number(written));
        expect(textOf(number)).toBe(String(number));
        expect(textOf(text) ?? '').toBe(text.trim().toWellFormed());
        const found = numberOf(value);
        if (found !== undefined) expect(Number(value)).toBe(found);
        if (isNothing(value)) expect([textOf(value), found]).toEqual([undefined, undefined]);
      }),
    );
  });
});
