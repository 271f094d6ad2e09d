import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime, type TimeRule } from '../../../src/cdr/time.ts';
import { createTimeZone } from '../../../src/cdr/time-zone.ts';

const WRITTEN = Date.UTC(2026, 5, 1);
const ZURICH: TimeRule = { zone: createTimeZone('Europe/Zurich') };
const iso = (value: unknown, rule: TimeRule = {}) => {
  const time = parseTime(value, rule, WRITTEN);
  return typeof time === 'number' ? new Date(time).toISOString() : time;
};

describe('parseTime', () => {
  it.each([
    ['2026-01-15T10:30:00.000-0300', '2026-01-15T13:30:00.000Z'],
    ['2026-01-15T10:30:00+05:45', '2026-01-15T04:45:00.000Z'],
    ['2026-01-15T10:30:00-03', '2026-01-15T13:30:00.000Z'],
    ['2026-01-15T10:30:00Z', '2026-01-15T10:30:00.000Z'],
    ['2026-01-15t10:30:00z', '2026-01-15T10:30:00.000Z'],
    ['2026-01-15T10:30Z', '2026-01-15T10:30:00.000Z'],
    ['2026-01-15T10:30:00.1Z', '2026-01-15T10:30:00.100Z'],
    ['2026-01-15T10:30:00.1234567Z', '2026-01-15T10:30:00.123Z'],
    ['2026-01-15T10:30:00,123456789Z', '2026-01-15T10:30:00.123Z'],
    ['2021-04-28 21:51:18.731479Z', '2021-04-28T21:51:18.731Z'],
    ['2013-11-07 08:42:25 +0000 UTC', '2013-11-07T08:42:25.000Z'],
    ['2013-11-07 08:42:25 GMT', '2013-11-07T08:42:25.000Z'],
    ['2026-01-15T10:30:00+01:00[Europe/Zurich]', '2026-01-15T09:30:00.000Z'],
    ['20260115T103000Z', '2026-01-15T10:30:00.000Z'],
    ['2024-02-29T24:00:00Z', '2024-03-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it('reads a time without offset in the zone of the rule', () => {
    expect(iso('2026-01-15 10:30:00', ZURICH)).toBe('2026-01-15T09:30:00.000Z');
    expect(iso('2026-01-15T10:30:00.250', ZURICH)).toBe('2026-01-15T09:30:00.250Z');
    expect(iso('2026-01-15T10:30:00-0300', ZURICH)).toBe('2026-01-15T13:30:00.000Z');
  });

  it.each([
    [1_768_473_000, 's', '2026-01-15T10:30:00.000Z'],
    ['1768473000', 's', '2026-01-15T10:30:00.000Z'],
    ['1335310195.513823', 's', '2012-04-24T23:29:55.513Z'],
    [1_768_473_000_123, 'ms', '2026-01-15T10:30:00.123Z'],
    ['1768473000123456', 'us', '2026-01-15T10:30:00.123Z'],
    ['1768473000123456789', 'ns', '2026-01-15T10:30:00.123Z'],
  ] as const)('%s in %s is %s', (value, unit, expected) => {
    expect(iso(value, { unit })).toBe(expected);
  });

  it.each([
    undefined,
    null,
    '',
    '  ',
    0,
    '0',
    '0.000000',
    '0000-00-00 00:00:00',
    '0001-01-01T00:00:00Z',
    '1970-01-01 01:00:00',
    '1969-12-31T21:00:00.000-0300',
    '1969-12-31 16:00:00',
  ])('%j is no time at all', (value) => {
    expect(iso(value, ZURICH)).toBeUndefined();
  });

  it.each([
    ['2013-03-4 13:03:20', 'no ISO time'],
    ['2013-04-13:12:08', 'no ISO time'],
    ['2026-01-15', 'no ISO time'],
    ['yesterday', 'no ISO time'],
    [{}, 'no ISO time'],
    [true, 'no ISO time'],
    ['2026-02-30 10:00:00Z', 'no date and time of the calendar'],
    ['2026-13-01 10:00:00Z', 'no date and time of the calendar'],
    ['2026-01-15 25:00:00Z', 'no date and time of the calendar'],
    ['2026-01-15 24:00:01Z', 'no date and time of the calendar'],
    ['2026-01-15 10:60:00Z', 'no date and time of the calendar'],
    ['2026-01-15 10:30:00', 'no time zone'],
    [1_768_473_000, 'no unit'],
    ['1999-12-31T23:59:59Z', 'not between'],
    ['2026-06-02T00:00:01Z', 'more than a day after'],
    [Number.MAX_VALUE, 'no unit'],
  ])('%j is unreadable: %s', (value, why) => {
    expect(parseTime(value, {}, WRITTEN)).toEqual({ unreadable: expect.stringContaining(why) });
  });

  it('rejects a count in the wrong unit, also when the record has no time of its own', () => {
    expect(iso(1_768_473_000, { unit: 'ms' })).toHaveProperty('unreadable');
    expect(parseTime(1_768_473_000_000, { unit: 's' }, 0)).toHaveProperty('unreadable');
    expect(parseTime(Number.MAX_VALUE, { unit: 's' }, -1)).toHaveProperty('unreadable');
  });

  it('reads back what JavaScript writes, in any offset and with any number of digits', () => {
    const instants = fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2026, 0, 1) });
    fc.assert(
      fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), fc.boolean(), (instant, minutes, hasColon) => {
        const wall = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(minutes);
        const two = (count: number) => String(count).padStart(2, '0');
        const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${hasColon ? ':' : ''}${two(size % 60)}`;
        expect(parseTime(wall + offset, {}, WRITTEN)).toBe(instant);
        expect(parseTime(`${wall.replace('T', ' ')}999${offset}`, {}, WRITTEN)).toBe(instant);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        parseTime(value, ZURICH, WRITTEN);
        parseTime(value, { unit: 's' }, WRITTEN);
      }),
    );
  });
});
