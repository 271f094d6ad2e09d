/** When a failed request may be tried again. Pure; the randomness comes in. */
import type { CallmatchError } from '../errors.ts';
import { OUTAGE } from './breaker.ts';

/**
 * First step and ceiling of the exponential back-off, in milliseconds. Who failed in an outage is held back by the gate,
 * which knows when it is over: a long sleep of its own would outlast it.
 */
export const BACKOFF = { first: 500, ceiling: 30_000, outageCeiling: 1_000 } as const;
/** HubSpot holds a lock (423) for two seconds. Source: HubSpot, error handling. */
const LOCK_MS = 2_000;

/**
 * Milliseconds to wait before the next attempt.
 * @param failures failures of this call so far, at least 1
 * @param random uniform in [0, 1): full jitter, so that calls that failed together do not come back together
 */
export function backOff(error: CallmatchError, failures: number, random: () => number): number {
  const highest = OUTAGE.has(error.code) ? BACKOFF.outageCeiling : BACKOFF.ceiling;
  const ceiling = Math.min(highest, BACKOFF.first * 2 ** Math.min(failures - 1, 16));
  const jittered = random() * ceiling;
  if (error.retryAfterMs !== undefined) return error.retryAfterMs + random() * BACKOFF.first;
  if (error.code === 'crm-locked') return LOCK_MS + jittered;
  return jittered;
}
