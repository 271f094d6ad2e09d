/** Times as sources write them, in epoch milliseconds. Pure. */
import type { NoTime, WrittenTime } from './calendar.ts';
import { excerpt } from './masking.ts';
import { isNothing, numberOf, type Unreadable } from './scalar.ts';
import type { TimePattern } from './time-pattern.ts';
import { readSpelling } from './time-spelling.ts';
import type { TimeZone } from './time-zone.ts';

/** Units of a count since 1970, and `gregorian`: seconds since the year 0, as Erlang counts them. */
export const TIME_UNITS = ['s', 'ms', 'us', 'ns', 'gregorian'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

export interface TimeFormat {
  /** Zone of times written without an offset; such a time is unreadable without it. */
  readonly zone?: TimeZone;
  /** Unit of a bare number, which is unreadable without it: guessing is wrong by a factor 1000. */
  readonly unit?: TimeUnit;
  /** A count is not since 1970 in UTC, but on the clocks of `zone`: what a database without zones gives. */
  readonly wall?: boolean;
  /** The only ways in which a time is written, tried in this order; ISO 8601 and RFC 2822 without them. */
  readonly patterns?: readonly TimePattern[];
}

const DAY_MS = 86_400_000;
/** Outside of these a call time is a broken clock or a wrong unit. */
export const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
/** 1 January 1970 in Gregorian seconds. Source: Erlang, calendar. */
const GREGORIAN_1970 = 62_167_219_200;

/**
 * Epoch milliseconds; undefined when the field says that there is no time: missing, blank, zero, the year 0 or 1, or
 * the start of 1970 in any zone. A time before 2000 or after 2100, or more than a day after `recordTime` (when that is
 * known, that is above 0), is unreadable: the unit or the zone is wrong.
 */
export function parseTime(value: unknown, format: TimeFormat, recordTime: number): number | undefined | Unreadable {
  if (isNothing(value)) return undefined;
  const instant = readInstant(value, format);
  if (typeof instant !== 'number') return instant;
  if (Math.abs(instant) < DAY_MS) return undefined;
  if (!(instant >= EARLIEST && instant < LATEST)) {
    return { unreadable: `${excerpt(value)} is not between the years 2000 and 2100` };
  }
  if (recordTime > 0 && instant > recordTime + DAY_MS) {
    return { unreadable: `${excerpt(value)} is more than a day after the record was written` };
  }
  return instant;
}

function readInstant(value: unknown, format: TimeFormat): number | undefined | Unreadable {
  const count = numberOf(value);
  if (count === 0) return undefined;
  if (count !== undefined && format.patterns === undefined) {
    if (format.unit !== undefined) return fromCount(count, format.unit, format) ?? isShownTwice(value);
    return { unreadable: `${excerpt(value)} is a bare number, and the mapping declares no unit` };
  }
  const written = count === undefined && typeof value !== 'string' ? undefined : read(String(value).trim(), format);
  if (written === undefined) {
    const form = format.patterns === undefined ? 'is no time of ISO 8601 or RFC 2822' : 'does not fit the pattern';
    return { unreadable: `${excerpt(value)} ${form}` };
  }
  if (written === 'zero') return undefined;
  if (written === 'impossible') return { unreadable: `${excerpt(value)} is no date and time of the calendar` };
  if (written.offset !== undefined) return written.wall - written.offset;
  if (format.zone === undefined) {
    return { unreadable: `${excerpt(value)} has no offset, and the mapping declares no time zone` };
  }
  return format.zone.instantOf(written.wall) ?? isShownTwice(value);
}

function fromCount(count: number, unit: TimeUnit, { wall = false, zone }: TimeFormat): number | undefined {
  const instant = instantOf(count, unit);
  // Far away from the times of calls there may be no date at all, so clocks of zones are asked for near ones only.
  const isNear = instant > EARLIEST - DAY_MS && instant < LATEST + DAY_MS;
  return wall && isNear && zone !== undefined ? zone.instantOf(instant) : instant;
}

function isShownTwice(value: unknown): Unreadable {
  return { unreadable: `${excerpt(value)} is shown twice or never by the clocks of its zone, and has no offset` };
}

function read(text: string, { patterns }: TimeFormat): WrittenTime | NoTime | undefined {
  if (patterns === undefined) return readSpelling(text);
  for (const pattern of patterns) {
    const written = pattern.read(text);
    if (written !== undefined) return written;
  }
  return undefined;
}

/** Divisions, because they are exact where there is an exact result: a multiplication by 0.001 is not. */
function instantOf(count: number, unit: TimeUnit): number {
  switch (unit) {
    case 's':
      return fromSeconds(count);
    case 'ms':
      return Math.floor(count);
    case 'us':
      return Math.floor(count / 1e3);
    case 'ns':
      return Math.floor(count / 1e6);
    case 'gregorian':
      return fromSeconds(count - GREGORIAN_1970);
  }
}

/** By way of microseconds, or 1700000000.001 would lose its millisecond. */
function fromSeconds(seconds: number): number {
  return Math.floor(Math.round(seconds * 1e6) / 1e3);
}
