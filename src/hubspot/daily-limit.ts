/**
 * When to try a portal again whose requests of the day are used up. HubSpot begins a new day at midnight in the
 * account's time zone. Until then a probe goes now and then: the limit may be raised, and the zone may be wrong.
 */

/** Between two probes, milliseconds. Errors count against the app, so there are few. */
const PROBE_MS = 15 * 60_000;
/** Right after midnight everybody comes: spread over so long, milliseconds. */
const JITTER_MS = 30_000;
const DAY_MS = 24 * 3_600_000;

/**
 * Milliseconds until the next probe.
 * @param wall now, epoch milliseconds
 * @param timeZone IANA name of the account's zone; undefined where it is not known
 * @param random uniform in [0, 1)
 */
export function untilDailyProbe(wall: number, timeZone: string | undefined, random: () => number): number {
  const jitter = random() * JITTER_MS;
  if (timeZone === undefined) return PROBE_MS + jitter;
  return Math.min(PROBE_MS, untilMidnight(wall, timeZone)) + jitter;
}

/** A day that is shorter or longer for a change of the clocks is taken for a usual one: the probes find its end. */
function untilMidnight(wall: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium', hourCycle: 'h23' });
  const [hours = 0, minutes = 0, seconds = 0] = format.format(wall).split(':').map(Number);
  const sinceMidnight = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + (wall % 1_000);
  return DAY_MS - sinceMidnight;
}
