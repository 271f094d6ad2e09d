/** Rules for times and durations to readers that convert. Pure. */
import { parseDuration, sumOfSeconds } from '../duration.ts';
import type { Unreadable } from '../scalar.ts';
import { EARLIEST, parseTime, type TimeFormat } from '../time.ts';
import { compileTimePattern, type TimePattern } from '../time-pattern.ts';
import { createTimeZone } from '../time-zone.ts';
import { compileValue } from './compile-rule.ts';
import type { Scope } from './parameters.ts';
import type { Place } from './problems.ts';
import type { Origin } from './reader.ts';
import { settingOf } from './setting.ts';
import type { DurationFieldRule, DurationRule, TimeFieldRule, TimeRule, WrittenDurationRule } from './time-rule.ts';

/** A number; undefined when the record says nothing; or why it cannot be read. Never throws. */
export type NumberReader = (record: unknown, origin: Origin) => number | undefined | Unreadable;

/** Epoch milliseconds; of a list the first that says something. */
export function compileTimes(rule: TimeFieldRule, scope: Scope, place: Place): NumberReader {
  return firstOf(rule, place, (each, at) => compileTime(each, scope, at));
}

/** Seconds with their fraction; of a list the first that says something. */
export function compileDurations(rule: DurationFieldRule, scope: Scope, place: Place): NumberReader {
  return firstOf(rule, place, (each, at) => compileDuration(each, scope, at));
}

/** What is there and cannot be read is no reason to go on: the next may say something else. */
function firstOf<Rule extends object>(
  rule: Rule | Rule[],
  place: Place,
  compile: (rule: Rule, place: Place) => NumberReader,
): NumberReader {
  if (!Array.isArray(rule)) return compile(rule, place);
  const readers = rule.map((each, index) => compile(each, [...place, index]));
  return (record, origin) => {
    for (const read of readers) {
      const reading = read(record, origin);
      if (reading !== undefined) return reading;
    }
    return undefined;
  };
}

function compileTime(rule: TimeRule, scope: Scope, place: Place): NumberReader {
  const read = compileValue(rule.time, scope, [...place, 'time']);
  const format = compileFormat(rule, scope, place);
  const time: NumberReader = (record, origin) => parseTime(read(record, origin), format, origin.recordTime);
  if (rule.before === undefined) return time;
  const before = compileWritten(rule.before, scope, [...place, 'before']);
  return (record, origin) => {
    const end = time(record, origin);
    if (typeof end !== 'number') return end;
    const seconds = before(record, origin);
    // Without it nobody knows when the call began: that it was short would be a guess.
    if (typeof seconds !== 'number') return seconds;
    const start = end - Math.round(seconds * 1000);
    return start >= EARLIEST ? start : { unreadable: 'the duration to take off is longer than any call' };
  };
}

function compileDuration(rule: DurationRule, scope: Scope, place: Place): NumberReader {
  if ('duration' in rule) return compileWritten(rule, scope, place);
  if ('sum' in rule) {
    const parts = rule.sum.map((each, index) => compileDuration(each, scope, [...place, 'sum', index]));
    return (record, origin) => ofAll(parts, sumOfSeconds, record, origin);
  }
  if ('shortest' in rule) {
    const parts = rule.shortest.map((each, index) => compileDuration(each, scope, [...place, 'shortest', index]));
    return (record, origin) => ofAll(parts, (seconds) => Math.min(...seconds), record, origin);
  }
  const from = compileTimes(rule.from, scope, [...place, 'from']);
  const to = compileTimes(rule.to, scope, [...place, 'to']);
  return (record, origin) => {
    const start = from(record, origin);
    if (typeof start !== 'number') return start;
    const end = to(record, origin);
    // Clocks that are set and rows of another leg put the end before the start.
    return typeof end === 'number' ? Math.max(0, end - start) / 1000 : end;
  };
}

function compileWritten(rule: WrittenDurationRule, scope: Scope, place: Place): NumberReader {
  const read = compileValue(rule.duration, scope, [...place, 'duration']);
  return (record, origin) => parseDuration(read(record, origin), rule.unit);
}

/** What is made of those that say something; undefined when none does. */
function ofAll(
  parts: readonly NumberReader[],
  combine: (seconds: readonly number[]) => number,
  ...source: Parameters<NumberReader>
): ReturnType<NumberReader> {
  const numbers: number[] = [];
  for (const read of parts) {
    const part = read(...source);
    if (typeof part === 'number') numbers.push(part);
    else if (part !== undefined) return part;
  }
  return numbers.length === 0 ? undefined : combine(numbers);
}

function compileFormat(rule: TimeRule, scope: Scope, place: Place): TimeFormat {
  const { problems } = scope;
  const patterns = compilePatterns(rule.pattern, scope, [...place, 'pattern']);
  if (patterns !== undefined && rule.unit !== undefined) {
    problems.add([...place, 'unit'], 'a time with a pattern is no count: take one of them away, or write a list');
  }
  if (rule.wall === true && (rule.unit === undefined || rule.zone === undefined)) {
    problems.add([...place, 'wall'], 'needs a unit, and the zone whose clocks are meant');
  }
  const format = {
    ...(rule.unit !== undefined && { unit: rule.unit }),
    ...(rule.wall !== undefined && { wall: rule.wall }),
    ...(patterns !== undefined && { patterns }),
  };
  const name = settingOf(rule.zone, scope, [...place, 'zone']);
  if (name === undefined) return format;
  try {
    return { ...format, zone: createTimeZone(name, rule.overlap) };
  } catch {
    problems.add([...place, 'zone'], `${name} is no time zone; write one like Europe/Zurich or UTC`);
    return format;
  }
}

function compilePatterns(rule: TimeRule['pattern'], scope: Scope, place: Place): TimePattern[] | undefined {
  const isList = Array.isArray(rule);
  const patterns = isList ? rule : [settingOf(rule, scope, place)].filter((pattern) => pattern !== undefined);
  if (patterns.length === 0) return undefined;
  return patterns.flatMap((pattern, index) => {
    try {
      return [compileTimePattern(pattern)];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      scope.problems.add(isList ? [...place, index] : place, `the pattern ${error.message}`);
      return [];
    }
  });
}
