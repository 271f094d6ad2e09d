/** A JSON value to a record. Pure. */
import { type Decoded, undecodable } from '../decoded.ts';
import { decodeUtf8 } from './text.ts';

/**
 * One JSON object in UTF-8. `JSON.parse` makes a key `__proto__` a property like any other, and does not recurse, so
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
  if (typeof record !== 'object' || record === null) return undecodable('the value is a JSON scalar, not an object');
  if (Array.isArray(record)) return undecodable('the value is a JSON array, not an object');
  return { kind: 'record', record, format: 'json' };
}
