/**
 * Times that only their source's pattern tells how to read: `dd/MM/yyyy HH:mm:ss`. The letters are those of Unicode
 * TR35, a part of them. Compiled once to a regular expression. Pure.
 */
import { monthOf, type NoTime, type WrittenTime, writtenTime } from './calendar.ts';

export interface TimePattern {
  /** Undefined when the text does not fit. */
  read(text: string): WrittenTime | NoTime | undefined;
}

/** What is read into a part of the time; `skipped` has to be there but tells nothing new. */
type Part =
  | 'year'
  | 'shortYear'
  | 'month'
  | 'monthName'
  | 'day'
  | 'hour'
  | 'halfDayHour'
  | 'halfDay'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'offset'
  | 'skipped';

interface Field {
  readonly part: Part;
  readonly source: string;
  /** Matches one digit or two: unreadable beside another number. */
  readonly isOpen: boolean;
}

const PIECE = /'((?:[^']|'')*)'|([A-Za-z])\2*|'|[^A-Za-z']+/g;
const LONGEST_PATTERN = 100;
/** More parts than these are no time of a call: seconds and fractions are 0 when they are not written. */
const NEEDED = [
  ['year', 'shortYear'],
  ['month', 'monthName'],
  ['day'],
  ['hour', 'halfDayHour'],
  ['minute'],
] as const satisfies readonly (readonly Part[])[];

/** Throws RangeError with what is wrong with the pattern. */
export function compileTimePattern(pattern: string): TimePattern {
  if (pattern.length > LONGEST_PATTERN) throw new RangeError(`is longer than ${LONGEST_PATTERN} characters`);
  let source = '';
  const parts: Part[] = [];
  let last: Field | undefined;
  for (const [piece, quoted, letter] of pattern.matchAll(PIECE)) {
    if (letter === undefined) {
      source += literal(textOf(piece, quoted));
      last = undefined;
      continue;
    }
    const field = fieldOf(letter, piece.length);
    if (isNumber(field) && last !== undefined && isNumber(last) && (field.isOpen || last.isOpen)) {
      throw new RangeError(`has ${piece} right beside another number, so that nobody knows where it begins`);
    }
    if (field.part !== 'skipped') {
      if (parts.includes(field.part)) throw new RangeError(`has the ${field.part} twice`);
      parts.push(field.part);
      source += `(${field.source})`;
    } else {
      source += field.source;
    }
    last = field;
  }
  check(parts);
  const expression = new RegExp(`^${source}$`, 'i');

  return {
    read(text) {
      const match = expression.exec(text);
      if (match === null) return undefined;
      const values: Partial<Record<Part, string>> = {};
      for (const [index, part] of parts.entries()) values[part] = match[index + 1] ?? '';
      return timeOf(values);
    },
  };
}

function textOf(piece: string, quoted: string | undefined): string {
  if (quoted === '') return "'";
  if (piece === "'") throw new RangeError('has a quote that is not closed');
  return quoted?.replaceAll("''", "'") ?? piece;
}

/** Blanks in the pattern stand for one blank or more: clocks pad hours and days with them. */
function literal(text: string): string {
  return text.replace(/\s+|[\\^$.*+?()[\]{}|/]/g, (found) => (found.trim() === '' ? '\\s+' : `\\${found}`));
}

function fieldOf(letter: string, length: number): Field {
  const number = (part: Part): Field =>
    length > 2
      ? unknownField(letter, length)
      : { part, source: length === 1 ? '\\d\\d?' : '\\d\\d', isOpen: length === 1 };
  const fixed = (part: Part, source: string): Field => ({ part, source, isOpen: false });
  switch (letter) {
    case 'y':
    case 'u':
      if (length === 2) return fixed('shortYear', '\\d\\d');
      return length === 1 || length === 4 ? fixed('year', '\\d{4}') : unknownField(letter, length);
    case 'M':
    case 'L':
      return length === 3 || length === 4 ? fixed('monthName', '[a-z]{3,9}') : number('month');
    case 'd':
      return number('day');
    case 'H':
      return number('hour');
    case 'h':
      return number('halfDayHour');
    case 'a':
      return fixed('halfDay', '[ap]\\.?m\\.?');
    case 'm':
      return number('minute');
    case 's':
      return number('second');
    case 'S':
      return length > 9 ? unknownField(letter, length) : fixed('fraction', `\\d{${length}}`);
    case 'E':
      return fixed('skipped', '[a-z]{2,9}\\.?');
    case 'X':
    case 'x':
    case 'Z':
    case 'z':
      return fixed('offset', 'Z|[a-z]{2,3}|[+-]\\d\\d(?::?\\d\\d)?');
    default:
      return unknownField(letter, length);
  }
}

function unknownField(letter: string, length: number): never {
  throw new RangeError(`has ${letter.repeat(length)}, which is not read; text stands in single quotes`);
}

function isNumber({ source }: Field): boolean {
  return source.startsWith('\\d');
}

function check(parts: readonly Part[]): void {
  for (const choice of NEEDED) {
    const found = choice.filter((part) => parts.includes(part));
    if (found.length === 0) throw new RangeError(`has no ${choice[0]}`);
    if (found.length === 2) throw new RangeError(`has the ${choice[0]} twice`);
  }
  if (parts.includes('halfDayHour') && !parts.includes('halfDay')) {
    throw new RangeError('has an hour from 1 to 12 (h), and no a that tells am from pm');
  }
}

function timeOf(values: Partial<Record<Part, string>>): WrittenTime | NoTime {
  const month = values.monthName === undefined ? Number(values.month) : monthOf(values.monthName);
  const hour = values.hour === undefined ? hourOf(values.halfDayHour, values.halfDay) : Number(values.hour);
  if (month === undefined || hour === undefined) return 'impossible';
  return writtenTime({
    year: values.shortYear === undefined ? Number(values.year) : 2000 + Number(values.shortYear),
    month,
    day: Number(values.day),
    hour,
    minute: Number(values.minute),
    second: Number(values.second ?? 0),
    fraction: values.fraction ?? '',
    offset: values.offset,
  });
}

/** 12 am is midnight. */
function hourOf(text: string | undefined, halfDay = ''): number | undefined {
  const hour = Number(text);
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (halfDay.toLowerCase().startsWith('p') ? 12 : 0);
}
