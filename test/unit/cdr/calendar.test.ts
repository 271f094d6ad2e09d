import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthOf, offsetOf, type Parts, writtenTime } from '../../../src/cdr/calendar.ts';

const parts = (given: Partial<Parts>): Parts => ({
  year: 2026,
  month: 1,
  day: 15,
  hour: 10,
  minute: 30,
  second: 0,
  fraction: '',
  offset: undefined,
  ...given,
});

describe('writtenTime', () => {
  it('gives what the clock shows, and the offset', () => {
    expect(writtenTime(parts({ fraction: '1234' }))).toEqual({
      wall: Date.UTC(2026, 0, 15, 10, 30, 0, 123),
      offset: undefined,
    });
    expect(writtenTime(parts({ offset: '+01' }))).toEqual({ wall: Date.UTC(2026, 0, 15, 10, 30), offset: 3_600_000 });
  });

  it.each([
    [{ month: 13 }, 'impossible'],
    [{ month: 0 }, 'impossible'],
    [{ month: 2, day: 30 }, 'impossible'],
    [{ day: 0 }, 'impossible'],
    [{ hour: 24, minute: 1 }, 'impossible'],
    [{ minute: 60 }, 'impossible'],
    [{ offset: '+99' }, 'impossible'],
    [{ year: 1 }, 'zero'],
    [{ year: 0, month: 0, day: 0 }, 'zero'],
  ])('%j is %s', (given, expected) => {
    expect(writtenTime(parts(given))).toBe(expected);
  });

  it('agrees with JavaScript on what days there are', () => {
    const range = (min: number, max: number) => fc.integer({ min, max });
    fc.assert(
      fc.property(range(1900, 2200), range(1, 12), range(1, 31), (year, month, day) => {
        const date = new Date(Date.UTC(year, month - 1, day, 10, 30));
        const exists = date.getUTCDate() === day;
        expect(writtenTime(parts({ year, month, day }))).toEqual(
          exists ? { wall: date.getTime(), offset: undefined } : 'impossible',
        );
      }),
    );
  });
});

it.each([
  ['Z', 0],
  ['utc', 0],
  ['EST', -5],
  ['+03', 3],
  ['-0300', -3],
  ['+05:30', 5.5],
])('offsetOf %s is %d hours', (text, hours) => {
  expect(offsetOf(text)).toBe(hours * 3_600_000);
});

it.each(['CET', 'IST', '+19', '-0560'])('offsetOf does not guess %s', (text) => {
  expect(offsetOf(text)).toBe('impossible');
});

it('monthOf knows a month by the beginning of its English name', () => {
  expect(['Jan', 'Sept', 'SEPTEMBER', 'may', 'Dece'].map(monthOf)).toEqual([1, 9, 9, 5, 12]);
  expect(['Ja', 'Juni', 'Janvier', 'Septem.', 'constructor'].map(monthOf)).toEqual(Array(5).fill(undefined));
});
