/** A JSON value to a record. Pure. */
import { type Decoded, undecodable } from '../decoded.ts';
import { decodeUtf8 } from './text.ts';

/** As many as a CSV file has rows at most; each gives a call or more. */
const MOST_RECORDS = 10_000;

/**
 * One JSON object in UTF-8, or an array of some, as webhooks send them in batches. `JSON.parse` makes a key `__proto__` a property like any other, and does not recurse, so
 * neither it nor deep nesting does harm.
 */
export function decodeJson(bytes: Uint8Array): Decoded {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undecodable('the value is not UTF-8');
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    // The engine's message quotes the text, which may hold a phone number.
    return undecodable('the value is no JSON, or is cut off');
  }
  if (!isObject(record)) return undecodable('the value is a JSON scalar, not an object');
  if (Array.isArray(record)) {
    if (record.length > MOST_RECORDS) return undecodable(`the value is a JSON array of more than ${MOST_RECORDS}`);
    // One more level is a list in a list, which no source sends.
    const areRecords = record.every((item) => isObject(item) && !Array.isArray(item));
    if (!areRecords) return undecodable('the value is a JSON array, and not of objects');
  }
  return { kind: 'record', record, format: 'json' };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
