/** What differs from what was expected: fields that are not as written; those of which nothing is said do not matter. Pure. */

export interface Difference {
  /** `end 1, call.from.e164` */
  readonly path: string;
  /** As JSON. */
  readonly expected: string;
  readonly got: string;
}

/**
 * Objects are compared by the expected fields, lists item by item, everything else by its value. A time may be written
 * as ISO text where the call has epoch milliseconds, and null stands for a field that is not there.
 */
export function differences(expected: unknown, got: unknown, path: string): readonly Difference[] {
  if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length) {
    return expected.flatMap((item, index) => differences(item, got[index], `${path}[${index}]`));
  }
  if (isSection(expected) && isSection(got)) {
    return Object.entries(expected).flatMap(([key, value]) => {
      return differences(value, Object.hasOwn(got, key) ? got[key] : undefined, `${path}.${key}`);
    });
  }
  return isSame(expected, got) ? [] : [{ path, expected: shown(expected), got: shown(got) }];
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT/;

function isSame(expected: unknown, got: unknown): boolean {
  if (expected === null) return got === null || got === undefined;
  if (typeof expected === 'string' && typeof got === 'number' && ISO_TIME.test(expected)) {
    return Date.parse(expected) === got;
  }
  return expected === got;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
