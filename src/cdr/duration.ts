/** Durations as sources write them, in whole seconds. Pure. */
import { excerpt } from './masking.ts';
import { isNothing, numberOf, type Unreadable } from './scalar.ts';

/** Units that a number without one can be declared to have, in seconds. */
const UNIT_SECONDS = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 } as const;
export type CountUnit = keyof typeof UNIT_SECONDS;
export const COUNT_UNITS = ['s', 'ms', 'us', 'ns'] as const satisfies readonly CountUnit[];

/** HubSpot's `durationSeconds` is int32. */
const LONGEST_SECONDS = 2 ** 31 - 1;

/** Whole seconds, rounded down and kept within 0 and 2³¹ − 1; undefined when the field says nothing. */
export function parseDuration(value: unknown, unit: CountUnit): number | undefined | Unreadable {
  if (isNothing(value)) return undefined;
  const count = numberOf(value);
  if (count === undefined) return { unreadable: `${excerpt(value)} is no number of ${unit}` };
  return Math.min(LONGEST_SECONDS, Math.max(0, Math.floor(count * UNIT_SECONDS[unit])));
}
