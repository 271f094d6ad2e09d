/** Raw fields of a draft to the values of a call. Each throws `invalid-field` with the field's name. Pure. */
import { CallmatchError } from '../../errors.ts';
import { DIRECTIONS, type Direction, FINAL_CALL_STATUSES, type FinalCallStatus } from '../call.ts';
import { excerpt } from '../masking.ts';
import { isNothing, numberOf, textOf, type Unreadable } from '../scalar.ts';

/** Ids become record keys and headers. */
const LONGEST_ID = 512;
/**
 * Longest value of a HubSpot property. Source: HubSpot knowledge base, property field types. It bounds every text, so
 * that the outcome of a call fits into its topic: it would be refused after the call was submitted.
 */
const LONGEST_TEXT = 65_536;
/** Bounded, because it stands in messages. */
const PROPERTY_NAME = /^[A-Za-z][A-Za-z0-9_]{0,254}$/;
const GREATEST_INT32 = 2 ** 31 - 1;

function invalid(field: string, why: string): CallmatchError {
  return new CallmatchError('invalid-field', `${field}: ${why}`);
}

/** Undefined when the field says nothing. */
export function readText(field: string, value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null) throw invalid(field, 'an object or a list where a text is expected');
  const text = textOf(value);
  if (text !== undefined && text.length > LONGEST_TEXT) throw invalid(field, `longer than ${LONGEST_TEXT} characters`);
  return text;
}

/** A list of texts, or a single one. */
export function readTexts(field: string, value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => readText(field, item) ?? []);
}

export function readId(value: unknown): string | undefined {
  const id = readText('externalCallId', value);
  if (id !== undefined && id.length > LONGEST_ID)
    throw invalid('externalCallId', `longer than ${LONGEST_ID} characters`);
  return id;
}

/** `unknown` when the field says nothing. */
export function readDirection(value: unknown): Direction {
  const word = readText('direction', value)?.toLowerCase() ?? 'unknown';
  const direction = DIRECTIONS.find((each) => each === word);
  if (direction === undefined) throw invalid('direction', `${excerpt(word)} is none of ${DIRECTIONS.join(', ')}`);
  return direction;
}

const STATUSES: ReadonlyMap<string, FinalCallStatus> = new Map(FINAL_CALL_STATUSES.map((status) => [status, status]));

/** `UNKNOWN` when the field says nothing. Case, blanks and dashes do not matter: `no-answer` is `NO_ANSWER`. */
export function readStatus(value: unknown): FinalCallStatus {
  const word = readText('status', value) ?? 'UNKNOWN';
  const status = STATUSES.get(word) ?? STATUSES.get(word.toUpperCase().replace(/[\s-]+/g, '_'));
  if (status === undefined) throw invalid('status', `${excerpt(word)} is none of ${FINAL_CALL_STATUSES.join(', ')}`);
  return status;
}

export function readable<T>(field: string, reading: T | Unreadable): T {
  if (isUnreadable(reading)) throw invalid(field, reading.unreadable);
  return reading;
}

function isUnreadable(reading: unknown): reading is Unreadable {
  return typeof reading === 'object' && reading !== null && 'unreadable' in reading;
}

/** A HubSpot user id; undefined when the field says nothing. */
export function readUserId(field: string, value: unknown): number | undefined {
  if (isNothing(value)) return undefined;
  const id = numberOf(value);
  if (id !== undefined && Number.isInteger(id) && id > 0 && id <= GREATEST_INT32) return id;
  throw invalid(field, `${excerpt(value)} is no HubSpot user id`);
}

export function readUserIds(field: string, value: unknown): readonly number[] {
  if (isNothing(value)) return [];
  if (!Array.isArray(value)) throw invalid(field, 'no list');
  return value.flatMap((item: unknown) => readUserId(field, item) ?? []);
}

export interface PropertiesDraft {
  /** Goes before those in `moreProperties`. */
  readonly properties: readonly (readonly [name: string, value: unknown])[];
  /** An object of further ones. */
  readonly moreProperties: unknown;
}

/** Text to text, as HubSpot wants it: numbers and booleans become their text, what says nothing is left out. */
export function readProperties({ properties, moreProperties }: PropertiesDraft): Readonly<Record<string, string>> {
  const more = isNothing(moreProperties) ? NONE : moreProperties;
  if (properties.length === 0 && more === NONE) return NONE;
  if (typeof more !== 'object' || more === null || Array.isArray(more)) throw invalid('properties', 'no object');
  const result: Record<string, string> = {};
  for (const [name, value] of [...Object.entries(more), ...properties]) {
    if (!PROPERTY_NAME.test(name)) throw invalid('properties', `${excerpt(name)} is no name of a HubSpot property`);
    const text = readText(`properties.${name}`, value);
    if (text !== undefined) result[name] = text;
  }
  return result;
}

const NONE: Readonly<Record<string, string>> = Object.freeze({});
