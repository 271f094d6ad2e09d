/** JSON values with one thing changed in them. */

type Path = readonly (string | number)[];

/** The value with one of its nodes replaced. @param place Any number; counts the nodes. */
export function mutated(value: unknown, place: number, odd: unknown): unknown {
  const paths = pathsIn(value);
  return replaced(value, paths[place % paths.length] ?? [], odd);
}

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

/** Undefined takes a key away. */
function replaced(value: unknown, [key, ...rest]: Path, odd: unknown): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return odd;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    const changed = name === String(key) ? replaced(inner, rest, odd) : inner;
    return changed === undefined && !Array.isArray(value) ? [] : [[name, changed] as const];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
