/** Where a value stands in a record. Pure. */

/** Reads a field of a record; undefined when it is not there. Never throws. */
export type PathReader = (record: unknown) => unknown;

/**
 * A path as keys with dots between them (`Agent.ConnectedToAgentTimestamp`, `callflow.0.times`), or as a list of keys
 * where a key has a dot itself. A number is an index where it meets an array.
 */
export type Path = string | readonly string[];

export function compilePath(path: Path): PathReader {
  const keys = typeof path === 'string' ? path.split('.') : [...path];
  const [first = '', ...rest] = keys;
  if (rest.length === 0) return (record) => propertyOf(record, first);
  return (record) => {
    let value = propertyOf(record, first);
    for (const key of rest) value = propertyOf(value, key);
    return value;
  };
}

/** Own properties only: a record is data, and `constructor` or `__proto__` are none of its fields unless it says so. */
function propertyOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
