/** Wall-clock time of an IANA zone as an instant, from the zone data of the JavaScript engine. Pure. */
import { createBoundedCache } from './bounded-cache.ts';

/**
 * Which of the two instants is meant when the clock shows an hour twice, at the end of summer time. `refuse`: neither,
 * and no time that the clock skips at its beginning.
 */
export const OVERLAPS = ['earlier', 'later', 'refuse'] as const;
export type Overlap = (typeof OVERLAPS)[number];

export interface TimeZone {
  /**
   * The instant (epoch ms) at which clocks of the zone show `wall` (epoch ms as if the wall time were UTC).
   * A wall time that a clock change skips is moved on by the length of the gap, as in RFC 5545. Undefined when the
   * overlap says `refuse` and the wall time is shown twice or never.
   */
  instantOf(wall: number): number | undefined;
}

/** Since 2000 every change of offset in the zone data falls on a quarter of an hour, so one offset holds for each. */
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
/** About three months of quarters for a live stream; a backfill refills it as it goes. */
const QUARTERS_KEPT = 8192;

/** Throws RangeError when the engine knows no zone of this name. */
export function createTimeZone(name: string, overlap: Overlap = 'earlier'): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const offsets = createBoundedCache<number, number>(QUARTERS_KEPT);

  const offsetAt = (instant: number) => {
    const text = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes = '0', seconds = '0'] = /^GMT([+-])(\d+):?(\d+)?:?(\d+)?$/.exec(text) ?? [];
    const size = ((Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -size : size;
  };

  /** Turns a wall time into its instant; NaN when that is refused. No zone changes its clocks twice within two days. */
  const offsetFor = (wall: number) => {
    const before = offsetAt(wall - DAY_MS);
    const after = offsetAt(wall + DAY_MS);
    if (before === after) return before;
    const fitting = [before, after].filter((offset) => offsetAt(wall - offset) === offset);
    if (overlap === 'refuse' && fitting.length !== 1) return Number.NaN;
    if (fitting.length === 0) return before;
    return (overlap === 'earlier' ? fitting[0] : fitting.at(-1)) ?? before;
  };

  return {
    instantOf(wall) {
      const quarter = Math.floor(wall / QUARTER_MS) * QUARTER_MS;
      let offset = offsets.get(quarter);
      if (offset === undefined) {
        offset = offsetFor(quarter);
        offsets.set(quarter, offset);
      }
      return Number.isNaN(offset) ? undefined : wall - offset;
    },
  };
}
