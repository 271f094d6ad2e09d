/** Times as sources write them, in epoch milliseconds. Pure. */
import type { CountUnit } from './duration.ts';
import { excerpt } from './masking.ts';
import { isNothing, numberOf, type Unreadable } from './scalar.ts';
import type { TimeZone } from './time-zone.ts';

export interface TimeRule {
  /** Zone of times written without an offset; such a time is unreadable without it. */
  readonly zone?: TimeZone;
  /** Unit of a count since 1970; a bare number is unreadable without it, because guessing is wrong by a factor 1000. */
  readonly unit?: CountUnit;
}

const MS_PER_UNIT = { s: 1e3, ms: 1, us: 1e-3, ns: 1e-6 } as const;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Outside of these a call time is a broken clock or a wrong unit. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/**
 * ISO 8601 and its relatives: `T` or blanks between date and time, basic or extended form, up to nine digits of a
 * second, an offset with or without colon, the zone name that Go and Java put behind it.
 */
const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:T| +)(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?: [A-Z]{1,5})?(?:\[[^\]]{1,40}\])?$/i;

/**
 * Epoch milliseconds; undefined when the field says that there is no time: missing, blank, zero, the year 0 or 1, or
 * the start of 1970 in any zone. A time before 2000 or after 2100, or more than a day after `recordTime` (when that is
 * known, that is above 0), is unreadable: the unit or the zone is wrong.
 */
export function parseTime(value: unknown, rule: TimeRule, recordTime: number): number | undefined | Unreadable {
  if (isNothing(value)) return undefined;
  const instant = readInstant(value, rule);
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

function readInstant(value: unknown, rule: TimeRule): number | undefined | Unreadable {
  const count = numberOf(value);
  if (count === 0) return undefined;
  if (count !== undefined) {
    if (rule.unit !== undefined) return Math.floor(count * MS_PER_UNIT[rule.unit]);
    return { unreadable: `${excerpt(value)} is a bare number, and the mapping declares no unit` };
  }
  const match = typeof value === 'string' ? ISO.exec(value.trim()) : null;
  if (match === null) return { unreadable: `${excerpt(value)} is no ISO time` };

  const [, year, month, day, hour, minute, second = '0', fraction = '', offset] = match;
  if (Number(year) <= 1) return undefined;
  const wall = wallTime(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (wall === undefined) return { unreadable: `${excerpt(value)} is no date and time of the calendar` };
  const exact = wall + Number(fraction.slice(0, 3).padEnd(3, '0'));
  if (offset !== undefined) return exact - offsetMs(offset);
  if (rule.zone !== undefined) return rule.zone.instantOf(exact);
  return { unreadable: `${excerpt(value)} has no offset, and the mapping declares no time zone` };
}

/** Epoch milliseconds of a wall time read as UTC. A leap second becomes the second after it; 24:00 the next day. */
function wallTime(year: number, month: number, day: number, hour: number, minute: number, second: number) {
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && (minute > 0 || second > 0))) return undefined;
  const date = Date.UTC(year, month - 1, day);
  // Date.UTC rolls 31 February over into March; then the day of the month is another.
  if (month < 1 || month > 12 || new Date(date).getUTCDate() !== day) return undefined;
  return date + ((hour * 60 + minute) * 60 + second) * 1000;
}

function offsetMs(text: string): number {
  if (text.length <= 1 || text[0] === 'U' || text[0] === 'u' || text[0] === 'G' || text[0] === 'g') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(':', '') || 0);
  return (text[0] === '-' ? -minutes : minutes) * MINUTE_MS;
}
