/** One text for equal values, whatever the order of their keys: what the id of a call without an id is hashed from. Pure. */

/** Deeper than any call record; a value nested much deeper would overflow the stack. */
const DEEPEST = 100;

/**
 * JSON with sorted keys and no blanks. Bytes become hexadecimal; what JSON does not have (undefined, functions) is null.
 * Undefined when the value is nested deeper than 100 levels.
 */
export function canonicalJson(value: unknown): string | undefined {
  return write(value, 0);
}

function write(value: unknown, depth: number): string | undefined {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (value instanceof Uint8Array) return `"${hex(value)}"`;
  if (depth === DEEPEST) return undefined;

  const isArray = Array.isArray(value);
  const parts: string[] = [];
  // The default sort goes by code units, so the order does not depend on a locale.
  for (const key of isArray ? value.keys() : Object.keys(value).sort()) {
    const text = write(Reflect.get(value, key), depth + 1);
    if (text === undefined) return undefined;
    parts.push(isArray ? text : `${JSON.stringify(key)}:${text}`);
  }
  return isArray ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
