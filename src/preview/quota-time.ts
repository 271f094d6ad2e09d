/** How long the calls of a preview would take at a portal's quota. Pure. */
import type { Quota } from '../hubspot/allowance.ts';

/** A slot comes back one window after the answer (`hubspot/limiter.ts`), so the way there and back counts as well. */
const ROUND_TRIP_MS = 100;

/**
 * Milliseconds from the first request to the last, by one instance that has the whole quota and sends each call once; 0
 * where one window holds them all, or there is no quota. The answers to repeats, look-ups and other apps come on top.
 */
export function quotaTime(quota: Quota | 'none', calls: number): number {
  if (quota === 'none' || calls === 0) return 0;
  return Math.floor((calls - 1) / quota.requests) * (quota.window + ROUND_TRIP_MS);
}

/** Requests per second that the quota lets through for good; undefined for no quota. */
export function quotaPace(quota: Quota | 'none'): number | undefined {
  return quota === 'none' ? undefined : (quota.requests * 1000) / (quota.window + ROUND_TRIP_MS);
}
