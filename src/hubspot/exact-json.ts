/**
 * JSON from HubSpot without loss: an int64 beyond 2^53 comes out as a decimal string instead of a rounded number.
 * The reviver costs ten times the plain parse, so it runs only where such a number can be.
 */
const MAY_BE_LONG = /\d{16}/;

export function parseExactJson(text: string): unknown {
  if (!MAY_BE_LONG.test(text)) return JSON.parse(text);
  return JSON.parse(text, exact);
}

// TypeScript's lib does not know the third argument of a reviver yet (TC39 JSON.parse source text access, Node >= 21).
function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  const source = context?.source;
  return isRounded && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
