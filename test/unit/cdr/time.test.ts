import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime, TIME_UNITS, type TimeFormat } from '../../../src/cdr/time.ts';
import { compileTimePattern } from '../../../src/cdr/time-pattern.ts';
import { createTimeZone } from '../../../src/cdr/time-zone.ts';

const WRITTEN = Date.UTC(2026, 5, 1);
const ZURICH: TimeFormat = { zone: createTimeZone('Europe/Zurich') };
const iso = (value: unknown, rule: TimeFormat = {}) => {
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
    [1_768_473_000_123_456_789n, 'ns', '2026-01-15T10:30:00.123Z'],
    [63_935_692_200, 'gregorian', '2026-01-15T10:30:00.000Z'],
    ['62167219200', 'gregorian', undefined],
    [1_700_000_000.001, 's', '2023-11-14T22:13:20.001Z'],
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
    ['2013-04-13:12:08', 'no time of ISO 8601 or RFC 2822'],
    ['2026-01-15', 'no time of ISO 8601 or RFC 2822'],
    ['yesterday', 'no time of ISO 8601 or RFC 2822'],
    [{}, 'no time of ISO 8601 or RFC 2822'],
    [true, 'no time of ISO 8601 or RFC 2822'],
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

  it('reads a time by its patterns, and by nothing else', () => {
    const patterns = ['dd/MM/yyyy HH:mm:ss', 'yyyyMMddHHmmss'].map(compileTimePattern);
    expect(iso('15/01/2026 10:30:00', { ...ZURICH, patterns })).toBe('2026-01-15T09:30:00.000Z');
    expect(iso('20260115103000', { ...ZURICH, patterns })).toBe('2026-01-15T09:30:00.000Z');
    expect(iso(20_260_115_103_000, { ...ZURICH, patterns })).toBe('2026-01-15T09:30:00.000Z');
    expect(iso('00/00/0000 00:00:00', { patterns })).toBeUndefined();
    expect(iso('0', { patterns })).toBeUndefined();
    expect(iso('2026-01-15T10:30:00Z', { patterns })).toEqual({
      unreadable: '"9999-99-99T99:99:99Z" does not fit the pattern',
    });
    expect(iso('31/02/2026 10:30:00', { patterns })).toHaveProperty('unreadable');
  });

  it('refuses a time that clocks show twice, or never, when the zone says so', () => {
    const zone = createTimeZone('Europe/Zurich', 'refuse');
    for (const text of ['2025-10-26 02:30:00', '2025-03-30 02:30:00']) {
      expect(iso(text, { zone })).toEqual({ unreadable: expect.stringContaining('twice or never') });
    }
    expect(iso('2025-10-26 03:00:00', { zone })).toBe('2025-10-26T02:00:00.000Z');
    expect(iso('2025-10-26 02:30:00+01:00', { zone })).toBe('2025-10-26T01:30:00.000Z');
  });

  it('reads back a count in any unit', () => {
    const micros = fc.bigInt({ min: 946_684_800_000_000n, max: 1_800_000_000_000_000n });
    fc.assert(
      fc.property(micros, (count) => {
        const expected = Number(count / 1000n);
        const fraction = String(count % 1_000_000n).padStart(6, '0');
        expect(parseTime(String(count), { unit: 'us' }, 0)).toBe(expected);
        expect(parseTime(Number(count), { unit: 'us' }, 0)).toBe(expected);
        expect(parseTime(String(count / 1000n), { unit: 'ms' }, 0)).toBe(expected);
        expect(parseTime(`${count / 1_000_000n}.${fraction}`, { unit: 's' }, 0)).toBe(expected);
        const seconds = count / 1_000_000n;
        expect(parseTime(String(seconds + 62_167_219_200n), { unit: 'gregorian' }, 0)).toBe(Number(seconds) * 1000);
      }),
    );
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

  it('reads back local times of any zone, in every spelling, or refuses them', () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const times = fc.integer({ min: Date.UTC(2001, 0, 1) / 1000, max: Date.UTC(2026, 0, 1) / 1000 });
    const patterns = ['dd/MM/yyyy hh:mm:ss a', 'EEE MMM d HH:mm:ss yyyy'].map(compileTimePattern);
    fc.assert(
      fc.property(zones, times, (name, seconds) => {
        const zone = createTimeZone(name, 'refuse');
        const parts = new Intl.DateTimeFormat('en-GB', {
          ...{ timeZone: name, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit' },
          ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
        }).formatToParts(seconds * 1000);
        const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
        const [y, M, d, H] = ['year', 'month', 'day', 'hour'].map(part);
        const minute = `${part('minute')}:${part('second')}`;
        const month = new Date(Date.UTC(2000, Number(M) - 1)).toUTCString().slice(8, 11);
        const h = String(Number(H) % 12 || 12).padStart(2, '0');
        const spellings: [string, TimeFormat][] = [
          [`${y}-${M}-${d} ${H}:${minute}`, { zone }],
          [`${y}-${M}-${d}T${H}:${minute}.000`, { zone }],
          [`${y}${M}${d}T${H}${minute.replace(':', '')}`, { zone }],
          [`${y}/${Number(M)}/${Number(d)} ${Number(H)}:${minute}`, { zone }],
          [`${part('weekday')}, ${d} ${month} ${y} ${H}:${minute}`, { zone }],
          [`${d}/${M}/${y} ${h}:${minute} ${Number(H) < 12 ? 'am' : 'pm'}`, { zone, patterns }],
          [`${part('weekday')} ${month}  ${Number(d)} ${H}:${minute} ${y}`, { zone, patterns }],
        ];
        const readings = spellings.map(([text, format]) => parseTime(text, format, 0));
        const isTwice = typeof readings[0] === 'object';
        const expected = isTwice ? { unreadable: expect.stringContaining('twice or never') } : seconds * 1000;
        for (const [index, reading] of readings.entries()) {
          expect([spellings[index]?.[0], reading]).toEqual([spellings[index]?.[0], expected]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('reads a count of the clocks of a zone as the text that they would show', () => {
    const walls = fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2037, 0, 1) });
    fc.assert(
      fc.property(walls, fc.constantFrom('earlier' as const, 'later' as const, 'refuse' as const), (wall, overlap) => {
        const zone = createTimeZone('Europe/Zurich', overlap);
        const text = new Date(wall).toISOString().slice(0, -1);
        const instant = parseTime(text, { zone }, 0);
        const count = parseTime(wall, { zone, unit: 'ms', wall: true }, 0);
        expect(typeof count === 'number' ? count : 'refused').toBe(typeof instant === 'number' ? instant : 'refused');
      }),
    );
  });

  it('gives a time of this century, none, or says why not, whatever the field', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789.-'), maxLength: 400 });
    const field = fc.oneof(fc.anything(), digits, fc.double(), fc.bigInt(), fc.constantFrom(864e13, -864e13, 8.64e18));
    const formats = TIME_UNITS.flatMap((unit) => [{ unit }, { ...ZURICH, unit, wall: true }]);
    const patterns = [compileTimePattern('dd/MM/yyyy HH:mm:ss')];
    fc.assert(
      fc.property(field, fc.constantFrom(ZURICH, { patterns }, ...formats), (value, format) => {
        const time = parseTime(value, format, 0);
        const year = typeof time === 'number' ? new Date(time).getUTCFullYear() : 2000;
        expect(year).toSatisfy((one: number) => one >= 2000 && one < 2100);
      }),
      { numRuns: 2000 },
    );
  });
});
