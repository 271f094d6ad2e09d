/** Parts of a written time: the date, the time of day, the offset from UTC. Pure. */

/** A time as it is written. */
export interface WrittenTime {
  /** Epoch milliseconds of what a clock shows, as if that were UTC. */
  readonly wall: number;
  /** Milliseconds ahead of UTC; undefined when it is not written. */
  readonly offset: number | undefined;
}

/** Why a text that has the form of a time is none. `zero`: it is how the source writes that there is no time. */
export type NoTime = 'zero' | 'impossible';

export interface Parts {
  readonly year: number;
  /** January is 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits behind the decimal sign; those below a millisecond are left out. */
  readonly fraction: string;
  /** As in `offsetOf`; undefined when none is written. */
  readonly offset: string | undefined;
}

const MINUTE_MS = 60_000;
/** Farther from UTC no clock has been. Source: java.time.ZoneOffset. */
const FARTHEST_HOURS = 18;

/** A leap second becomes the second after it; 24:00 the next day. */
export function writtenTime(parts: Parts): WrittenTime | NoTime {
  // 0000-00-00 and 0001-01-01 are how databases and .NET write that there is no time.
  if (parts.year <= 1) return 'zero';
  const { year, month, day, hour, minute, second, fraction } = parts;
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && (minute > 0 || second > 0))) return 'impossible';
  if (month < 1 || month > 12 || day < 1 || day > lengthOf(month, year)) return 'impossible';
  const offset = parts.offset === undefined ? undefined : offsetOf(parts.offset);
  if (offset === 'impossible') return 'impossible';
  const milliseconds = fraction === '' ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  return { wall: Date.UTC(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds, offset };
}

function lengthOf(month: number, year: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Names of RFC 2822, section 4.3. Others (CET, IST, CST in China) stand for several offsets or are not agreed. */
const ZONE_HOURS: Readonly<Record<string, number>> = {
  Z: 0,
  UT: 0,
  UTC: 0,
  GMT: 0,
  EDT: -4,
  EST: -5,
  CDT: -5,
  CST: -6,
  MDT: -6,
  MST: -7,
  PDT: -7,
  PST: -8,
};

/** Milliseconds ahead of UTC of `Z`, `+03`, `-0300`, `+05:45`, or a zone's name that means one offset. */
export function offsetOf(text: string): number | 'impossible' {
  const sign = text.charCodeAt(0);
  if (sign !== PLUS && sign !== MINUS) {
    const hours = ZONE_HOURS[text] ?? ZONE_HOURS[text.toUpperCase()];
    return hours === undefined ? 'impossible' : hours * 60 * MINUTE_MS;
  }
  const hours = Number(text.slice(1, 3));
  const minutes = text.length === 3 ? 0 : Number(text.slice(-2));
  if (hours > FARTHEST_HOURS || minutes > 59) return 'impossible';
  return (sign === MINUS ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

const PLUS = 43;
const MINUS = 45;

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Number of an English month by its name or the beginning of it, three letters at least: `Sep`, `Sept`. */
export function monthOf(name: string): number | undefined {
  const word = name.toLowerCase();
  const index = word.length < 3 ? -1 : MONTHS.findIndex((month) => month.startsWith(word));
  return index < 0 ? undefined : index + 1;
}
