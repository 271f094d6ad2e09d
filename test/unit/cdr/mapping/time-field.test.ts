import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';
import { compileDurations, compileTimes } from '../../../../src/cdr/mapping/time-field.ts';
import { durationField, timeField } from '../../../../src/cdr/mapping/time-rule.ts';
import { scopeOf } from '../../../support/rules.ts';

const RECORD_TIME = Date.UTC(2026, 5, 1);

function compiled<T>(compile: (scope: ReturnType<typeof scopeOf>) => T): T {
  const scope = scopeOf();
  const result = compile(scope);
  scope.problems.throwIfAny('test');
  return result;
}

const timesOf = (rule: unknown) => compiled((scope) => compileTimes(timeField.parse(rule), scope, ['at']));
const origin = (record: unknown) => ({ whole: record, recordTime: RECORD_TIME });
const time = (rule: unknown, record: unknown) => {
  const reading = timesOf(rule)(record, origin(record));
  return typeof reading === 'number' ? new Date(reading).toISOString() : reading;
};
const seconds = (rule: unknown, record: unknown) =>
  compiled((scope) => compileDurations(durationField.parse(rule), scope, ['talk']))(record, origin(record));

describe('compileTimes', () => {
  it('reads a time as the rule says', () => {
    const record = { t: '2026-01-15 10:30:00', n: 1_768_473_000, p: '15.01.2026 10:30' };
    expect(time({ time: 't', zone: 'Europe/Zurich' }, record)).toBe('2026-01-15T09:30:00.000Z');
    expect(time({ time: 'n', unit: 's' }, record)).toBe('2026-01-15T10:30:00.000Z');
    const patterns = ['dd/MM/yyyy HH:mm', 'dd.MM.yyyy HH:mm'];
    expect(time({ time: 'p', pattern: patterns, zone: 'UTC' }, record)).toBe('2026-01-15T10:30:00.000Z');
    expect(time({ time: 'p', pattern: patterns[1], zone: '+01:00' }, record)).toBe('2026-01-15T09:30:00.000Z');
    expect(time({ time: 't', pattern: { parameter: 'unset' }, zone: 'UTC' }, record)).toBe('2026-01-15T10:30:00.000Z');
    expect(time({ time: 'none' }, record)).toBeUndefined();
  });

  it('takes the first of a list that says something, readable or not', () => {
    const rule = [{ time: 'a' }, { time: 'b', unit: 's' }];
    expect(time(rule, { b: 1_768_473_000 })).toBe('2026-01-15T10:30:00.000Z');
    expect(time(rule, { a: '0', b: 1_768_473_000 })).toBe('2026-01-15T10:30:00.000Z');
    expect(time(rule, { a: '2026-01-15T10:30:01Z', b: 5 })).toBe('2026-01-15T10:30:01.000Z');
    expect(time(rule, { a: 'soon', b: 1_768_473_000 })).toHaveProperty('unreadable');
    expect(time(rule, {})).toBeUndefined();
  });

  it('reads a count of the clocks of a zone, in summer and in winter', () => {
    const rule = { time: 'n', unit: 'ms', wall: true, zone: 'Europe/Zurich' };
    expect(time(rule, { n: Date.UTC(2026, 0, 15, 10, 30) })).toBe('2026-01-15T09:30:00.000Z');
    expect(time(rule, { n: Date.UTC(2025, 6, 15, 10, 30) })).toBe('2025-07-15T08:30:00.000Z');
    expect(time({ ...rule, wall: false }, { n: Date.UTC(2026, 0, 15, 10, 30) })).toBe('2026-01-15T10:30:00.000Z');
    const twice = { n: Date.UTC(2025, 9, 26, 2, 30) };
    expect(time(rule, twice)).toBe('2025-10-26T00:30:00.000Z');
    expect(time({ ...rule, overlap: 'refuse' }, twice)).toHaveProperty('unreadable');
    // A text in the same field has its own form.
    expect(time(rule, { n: '2026-01-15T09:30:00Z' })).toBe('2026-01-15T09:30:00.000Z');
  });

  it('refuses an hour that clocks show twice where the rule says so', () => {
    const rule = { time: 't', zone: 'Europe/Zurich' };
    const record = { t: '2025-10-26 02:30:00' };
    expect(time(rule, record)).toBe('2025-10-26T00:30:00.000Z');
    expect(time({ ...rule, overlap: 'later' }, record)).toBe('2025-10-26T01:30:00.000Z');
    expect(time({ ...rule, overlap: 'refuse' }, record)).toHaveProperty('unreadable');
  });

  it('takes a duration off the time of the end', () => {
    const rule = { time: { kafka: 'timestamp' }, unit: 'ms', before: { duration: 'length', unit: 's' } };
    expect(time(rule, { length: 90.5 })).toBe('2026-05-31T23:58:29.500Z');
    expect(time(rule, { length: '1m30s' })).toBe('2026-05-31T23:58:30.000Z');
    expect(time(rule, { length: 0 })).toBe('2026-06-01T00:00:00.000Z');
    expect(time(rule, {})).toBeUndefined();
    expect(time(rule, { length: 'long' })).toHaveProperty('unreadable');
    expect(time(rule, { length: 1e9 })).toHaveProperty('unreadable');
    expect(time({ ...rule, time: 'none' }, { length: 5 })).toBeUndefined();
  });

  it.each([
    [{ time: 't', zone: 'Mars/One' }, 'at.zone: Mars/One is no time zone; write one like Europe/Zurich or UTC'],
    [{ time: 't', unit: 'ms', wall: true }, 'at.wall: needs a unit, and the zone whose clocks are meant'],
    [{ time: 't', zone: 'UTC', wall: true }, 'at.wall: needs a unit, and the zone whose clocks are meant'],
    [{ time: 't', zone: { parameter: 'none' } }, 'at.zone: there is no parameter none'],
    [{ time: 't', zone: { parameter: 'list' } }, 'at.zone: the parameter list is a list; a text is needed here'],
    [{ time: 't', pattern: 'dd/MM' }, 'at.pattern: the pattern has no year'],
    [[{ time: 't', pattern: ['y-M-d H:m', 'x'] }], 'at[0].pattern[1]: the pattern has no year'],
    [{ time: 't', pattern: 'y-M-d H:m', unit: 's' }, 'at.unit: a time with a pattern is no count'],
    [{ time: { parameter: 'none' } }, 'at.time: there is no parameter none'],
    [{ time: 't', before: { duration: { parameter: 'none' } } }, 'at.before.duration: there is no parameter none'],
  ])('refuses %j', (rule, message) => {
    expect(() => timesOf(rule)).toThrow(message);
  });
});

describe('compileDurations', () => {
  it('reads a duration as the rule says', () => {
    expect(seconds({ duration: 'd', unit: 'ms' }, { d: 1500 })).toBe(1.5);
    expect(seconds({ duration: 'd' }, { d: '00:01:02' })).toBe(62);
    expect(seconds({ duration: 'd' }, { d: 62 })).toHaveProperty('unreadable');
    const list = [
      { duration: 'a', unit: 's' },
      { duration: 'b', unit: 'ms' },
    ];
    expect(seconds(list, { a: '', b: 2000 })).toBe(2);
    expect(seconds(list, { a: 0, b: 2000 })).toBe(0);
  });

  it('is the time between two', () => {
    const rule = { from: { time: 'a' }, to: [{ time: 'b' }, { time: 'c', unit: 's' }] };
    const a = '2026-01-15T10:30:00Z';
    expect(seconds(rule, { a, b: '2026-01-15T10:31:02.500Z' })).toBe(62.5);
    expect(seconds(rule, { a, c: 1_768_473_005 })).toBe(5);
    expect(seconds(rule, { a, b: '2026-01-15T10:29:59Z' })).toBe(0);
    expect(seconds(rule, { a })).toBeUndefined();
    expect(seconds(rule, { b: a })).toBeUndefined();
    expect(seconds(rule, { a, b: 'late' })).toHaveProperty('unreadable');
  });

  it('is the shortest of what says something', () => {
    const rule = {
      shortest: [
        { sum: [{ duration: 'a', unit: 's' }, { duration: 'b' }] },
        { from: { time: 'f' }, to: { time: 't' } },
      ],
    };
    const elapsed = { f: '2026-01-15T10:30:00Z', t: '2026-01-15T10:30:20Z' };
    expect(seconds(rule, { ...elapsed, a: 10, b: '5s' })).toBe(15);
    expect(seconds(rule, { ...elapsed, a: 10, b: '50s' })).toBe(20);
    expect(seconds(rule, { a: 10 })).toBe(10);
    expect(seconds(rule, elapsed)).toBe(20);
    expect(seconds(rule, {})).toBeUndefined();
    expect(seconds(rule, { ...elapsed, a: 'long' })).toHaveProperty('unreadable');
  });

  it('is the sum of what says something', () => {
    const rule = { sum: [{ duration: 'a', unit: 'ms' }, { duration: 'b' }] };
    expect(seconds(rule, { a: 700, b: '300ms' })).toBe(1);
    expect(seconds(rule, { b: '1m' })).toBe(60);
    expect(seconds(rule, {})).toBeUndefined();
    expect(seconds(rule, { a: 700, b: 'long' })).toHaveProperty('unreadable');
  });

  it('names the place of a mistake', () => {
    const problems = new Problems();
    const rule = durationField.parse([{ sum: [{ from: { time: 'a', zone: 'X' }, to: { time: 'b' } }] }]);
    compileDurations(rule, { ...scopeOf(), problems }, ['talk']);
    expect(() => problems.throwIfAny('test')).toThrow('talk[0].sum[0].from.zone: X is no time zone');
  });
});

it('never throws, whatever the record', () => {
  const read = timesOf([
    { time: 'a', zone: 'UTC', before: { duration: 'b', unit: 's' } },
    { time: 'b', unit: 'us' },
  ]);
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (a, b) => {
      read({ a, b }, origin({ a, b }));
      seconds({ from: { time: 'a' }, to: { time: 'b' } }, { a, b });
    }),
  );
});
