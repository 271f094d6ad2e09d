/** The ways to write a time that need no pattern, because they can be read in one way only. Pure. */
import { monthOf, type NoTime, type WrittenTime, writtenTime } from './calendar.ts';

/** Behind the offset: the zone's name as Go and Java put it, and Go's monotonic clock. */
const AFTERWORD = String.raw`(?: [A-Z]{1,5}| [+-]\d\d(?:\d\d)?)?(?:\[[^\]]{1,40}\])?(?: m=[+-]\d+\.\d+)?`;
const OFFSET = String.raw`(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?`;

/**
 * ISO 8601 and its relatives: `T` or blanks between date and time, basic or extended form, up to nine digits of a
 * second, an offset with or without colon.
 */
const ISO = new RegExp(
  String.raw`^(\d{4})-?(\d\d)-?(\d\d)(?:T| +)(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)? ?${OFFSET}${AFTERWORD}$`,
  'i',
);

/** `2016/6/9 8:05:02`: nobody writes the year first and then the day. */
const YEAR_FIRST = new RegExp(
  String.raw`^(\d{4})([-/.])(\d\d?)\2(\d\d?)(?:T| +)(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?${OFFSET}${AFTERWORD}$`,
  'i',
);

/** RFC 2822, also without weekday, seconds or offset: `Fri, 18 Oct 2019 17:00:00 +0000`. The weekday is not looked at. */
const MAIL =
  /^(?:[a-z]{3,9}\.?, *)?(\d\d?) +([a-z]{3,9})\.? +(\d{4}) +(\d\d?):(\d\d)(?::(\d\d))?(?: +([+-]\d{4}|[a-z]{1,3}))?(?: *\([^()]{0,40}\))?$/i;

/** Undefined when the text is written in another way. */
export function readSpelling(text: string): WrittenTime | NoTime | undefined {
  const plain = readPlain(text);
  if (plain !== undefined) return plain;
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction, offset] = iso;
    return timeOf(year, Number(month), day, hour, minute, second, fraction, offset);
  }
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    const [, year, , month, day, hour, minute, second, fraction, offset] = yearFirst;
    return timeOf(year, Number(month), day, hour, minute, second, fraction, offset);
  }
  const mail = MAIL.exec(text);
  if (mail === null) return undefined;
  const [, day, name = '', year, hour, minute, second, offset] = mail;
  const month = monthOf(name);
  return month === undefined ? 'impossible' : timeOf(year, month, day, hour, minute, second, undefined, offset);
}

/**
 * The spellings that nearly all records have, `2026-01-15 10:30:00` and `2026-01-15T10:30:00.000-0300`, without one long
 * regular expression: that takes several times as long. Undefined for any other.
 */
function readPlain(text: string): WrittenTime | NoTime | undefined {
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return undefined;
  if (text[10] !== 'T' && text[10] !== ' ') return undefined;
  const end = endOfSecond(text);
  const offset = end === text.length ? undefined : text.slice(end);
  if (offset !== undefined && offset !== 'Z' && !NUMERIC_OFFSET.test(offset)) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  if (Number.isNaN(year + month + day + hour + minute + second)) return undefined;
  return writtenTime({ year, month, day, hour, minute, second, fraction: text.slice(20, end), offset });
}

const NUMERIC_OFFSET = /^[+-]\d\d(?::?\d\d)?$/;

/** Behind the seconds, and behind up to nine digits of a fraction if there are some. */
function endOfSecond(text: string): number {
  if (text[19] !== '.') return 19;
  let end = 20;
  while (end < 29 && !Number.isNaN(digits(text, end, end + 1))) end += 1;
  return end === 20 ? 19 : end;
}

/** NaN unless there are digits only. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

type Group = string | undefined;

function timeOf(
  year: Group,
  month: number,
  day: Group,
  hour: Group,
  minute: Group,
  second: Group,
  fraction: Group,
  offset: Group,
): WrittenTime | NoTime {
  return writtenTime({
    year: Number(year),
    month,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    fraction: fraction ?? '',
    offset,
  });
}
