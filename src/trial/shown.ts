/** What a trial shows of a payload or an outcome on a terminal: everything but whole phone numbers. Pure. */
import { maskNumbersIn } from '../cdr/masked-text.ts';
import { maskNumber } from '../cdr/masking.ts';
import { maskText } from '../ops/masking.ts';

/** Fields that are numbers and nothing else. */
const NUMBERS: ReadonlySet<string> = new Set([
  'e164',
  'e164Number',
  'extension',
  'hs_call_from_number',
  'hs_call_to_number',
]);

/** Fields of times, durations and ids. Their rows of digits are no phone numbers, and say what one wants to know. */
const PLAIN: ReadonlySet<string> = new Set([
  'externalCallId',
  'hs_call_external_id',
  'hs_call_duration',
  'hs_timestamp',
  'callStartedTimestamp',
  'startedAt',
  'talkSeconds',
]);

const LONGEST_VALUE = 80;

/** A value of a record as JSON, on one line. @param field of the call that it is for */
export function shownValue(value: unknown, reveal: boolean, field = ''): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  const text = reveal ? json : maskedText(field, json);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}

/** A copy with its phone numbers masked, however deep they stand. What is a number in JSON stays. */
export function masked(value: unknown, field = ''): unknown {
  if (typeof value === 'string') return maskedText(field, value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => masked(item, field));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, key)]));
}

function maskedText(field: string, text: string): string {
  if (NUMBERS.has(field)) return maskNumber(text);
  return PLAIN.has(field) ? maskText(text) : maskNumbersIn(text);
}
