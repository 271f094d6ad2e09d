/** Durations as sources write them, in seconds. Pure. */
import { excerpt } from './masking.ts';
import { isNothing, numberOf, type Unreadable } from './scalar.ts';

/** Units that a bare number can be declared to have. */
const COUNT_UNITS = ['s', 'ms', 'us', 'ns', 'min'] as const;
type CountUnit = (typeof COUNT_UNITS)[number];
/** What a value without units of its own can be declared to be. `01:02` alone could be both of the last two. */
export const DURATION_UNITS = [...COUNT_UNITS, 'mm:ss', 'hh:mm'] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

/** HubSpot's `durationSeconds` is int32. */
const LONGEST_SECONDS = 2 ** 31 - 1;

/** Hours can be more than 24. Minutes and seconds are below 60, so that no other unit can be meant. */
const CLOCK = /^(\d+):([0-5]\d):([0-5]\d(?:\.\d{1,9})?)$/;
/** The first part can be more than 60: a phone shows 75:03. */
const SHORT_CLOCK = /^(\d+):([0-5]\d)$/;
/** Years and months have no length, and are not read. */
const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d{1,9})?)S)?)?$/i;
const ISO_SECONDS = [604_800, 86_400, 3600, 60, 1];
/** As Go writes them: `1h2m3.5s`, `500ms`. */
const GO = /^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|μs|ns))+$/;
const GO_PART = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|μs|ns)/g;

/**
 * Seconds, with their fraction; undefined when the field says nothing; 0 when it is below 0, as clocks that were set
 * give it. A text that names its units is read by them, whatever is declared.
 * @param unit of a value that names none, which is unreadable without it
 */
export function parseDuration(value: unknown, unit: DurationUnit | undefined): number | undefined | Unreadable {
  if (isNothing(value)) return undefined;
  const count = numberOf(value);
  if (count !== undefined) {
    // Nothing is nothing in every unit.
    if (count === 0) return 0;
    if (unit === undefined)
      return { unreadable: `${excerpt(value)} is a bare number, and the mapping declares no unit` };
    if (isCountUnit(unit)) return Math.max(0, secondsOf(count, unit));
    return { unreadable: `${excerpt(value)} is not written as ${unit}` };
  }
  const seconds = typeof value === 'string' ? secondsOfText(value.trim(), unit) : undefined;
  return seconds ?? { unreadable: `${excerpt(value)} is no duration${unit === undefined ? '' : ` in ${unit}`}` };
}

/** Whole seconds, rounded down, that HubSpot takes. */
export function wholeSeconds(seconds: number): number {
  return Math.min(LONGEST_SECONDS, Math.max(0, Math.floor(seconds)));
}

/** Rounded to the nanosecond: 0.7 + 0.1 + 0.2 is a second, which binary fractions do not know. */
export function sumOfSeconds(parts: readonly number[]): number {
  const sum = parts.reduce((total, part) => total + part, 0);
  return Number.isInteger(sum) ? sum : Number(sum.toFixed(9));
}

function isCountUnit(unit: DurationUnit): unit is CountUnit {
  return unit !== 'mm:ss' && unit !== 'hh:mm';
}

/** Divisions, because they are exact where there is an exact result: a multiplication by 0.001 is not. */
function secondsOf(count: number, unit: CountUnit): number {
  switch (unit) {
    case 's':
      return count;
    case 'ms':
      return count / 1e3;
    case 'us':
      return count / 1e6;
    case 'ns':
      return count / 1e9;
    case 'min':
      return Number((count * 60).toFixed(9));
  }
}

function secondsOfText(text: string, unit: DurationUnit | undefined): number | undefined {
  const isNegative = text.startsWith('-') && text.length > 1;
  const size = sizeOf(isNegative ? text.slice(1) : text, unit);
  return isNegative && size !== undefined ? 0 : size;
}

function sizeOf(text: string, unit: DurationUnit | undefined): number | undefined {
  const clock = CLOCK.exec(text);
  if (clock !== null) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  const short = unit === 'mm:ss' || unit === 'hh:mm' ? SHORT_CLOCK.exec(text) : null;
  if (short !== null) return (Number(short[1]) * 60 + Number(short[2])) * (unit === 'hh:mm' ? 60 : 1);
  const iso = ISO.exec(text);
  // `P` and `PT` have the form and say nothing.
  if (iso !== null && /\d[A-Z]$/i.test(text)) {
    const parts = iso.slice(1).map((part = '0', index) => Number(part.replace(',', '.')) * (ISO_SECONDS[index] ?? 0));
    return sumOfSeconds(parts);
  }
  return GO.test(text) ? goSeconds(text) : undefined;
}

function goSeconds(text: string): number {
  const parts = [...text.matchAll(GO_PART)].map(([, count, name]) => {
    if (name === 'h') return Number(count) * 3600;
    if (name === 'm') return Number(count) * 60;
    if (name === 's' || name === 'ms' || name === 'ns') return secondsOf(Number(count), name);
    return secondsOf(Number(count), 'us');
  });
  return sumOfSeconds(parts);
}
