/** Places in the configuration: `['sources', 0, 'topic']`, written `sources[0].topic`. */

/** Keys of sections and indexes of lists, from the root on. */
export type Path = readonly (string | number)[];

const PLAIN_KEY = /^[\w-]+$/;

/** `kafka.brokers[0]`; a key with other characters than letters, digits, `_` and `-` stands in `["…"]`. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (PLAIN_KEY.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** Reads `kafka.brokers`, `sources[0].topic` and `sources.0.topic`; undefined when it is no path. Indexes end at 9999. */
export function parsePath(text: string): Path | undefined {
  const steps = text.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  if (!steps.every((step) => PLAIN_KEY.test(step))) return undefined;
  return steps.map((step) => (/^\d{1,4}$/.test(step) ? Number(step) : step));
}

/** The value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    // Own keys of an object; which type their values have is what the schema will find out.
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/**
 * A copy of `root` with `value` at the path. Sections and lists on the way are made where there are none; `missing`
 * gives what such a new one starts from.
 */
export function withValueAt(
  root: unknown,
  path: Path,
  value: unknown,
  missing: (path: Path) => unknown,
  here: Path = [],
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const base = root ?? missing(here) ?? (typeof step === 'number' ? [] : {});
  const child = withValueAt(valueAt(base, [step]), rest, value, missing, [...here, step]);
  if (Array.isArray(base) && typeof step === 'number') return Object.assign([...base], { [step]: child });
  return { ...(typeof base === 'object' ? base : {}), [step]: child };
}
