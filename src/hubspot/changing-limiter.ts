/** A limiter whose quota can change while calls wait. */
import type { Clock } from '../clock.ts';
import type { Quota } from './allowance.ts';
import type { Lane } from './lanes.ts';
import { createLimiter, type Limiter, type Permit } from './limiter.ts';
import type { Share } from './share.ts';

export interface ChangingLimiter extends Limiter {
  /** From now on this is the quota. What waits goes on waiting, in its order. */
  change(quota: Quota | 'none'): void;
}

/** Ends the waiting at a limiter that is replaced. */
const CHANGED = new Error('the quota has changed');

/**
 * A change makes a new limiter: a rolling window that knows nothing of what went before. So the new one holds back until
 * nothing of that can stand in one window with its own.
 * @param wireMs longest time that a request is on the wire, milliseconds
 * @param since as in `createLimiter`
 */
export function createChangingLimiter(
  first: Quota | 'none',
  clock: Clock,
  wireMs: number,
  since?: number,
): ChangingLimiter {
  let quota = first;
  let limiter = createLimiter(quota, clock, since);
  let share: { readonly share: Share; readonly since: number } | undefined;
  let replaced = new AbortController();
  /** A caller's signal with that of the limiter: callers have few signals, of one partition each. */
  let joined = new WeakMap<AbortSignal, AbortSignal>();
  let pausedUntil = Number.NEGATIVE_INFINITY;

  const endOfWait = (signal: AbortSignal | undefined): AbortSignal => {
    if (signal === undefined) return replaced.signal;
    let either = joined.get(signal);
    if (either === undefined) {
      either = AbortSignal.any([signal, replaced.signal]);
      joined.set(signal, either);
    }
    return either;
  };

  const acquire = (lane: Lane, signal?: AbortSignal): Promise<Permit> =>
    limiter.acquire(lane, endOfWait(signal)).catch((error: unknown) => {
      if (error !== CHANGED) throw error;
      return acquire(lane, signal);
    });

  const pauseUntil = (time: number) => {
    pausedUntil = Math.max(pausedUntil, time);
    limiter.pauseUntil(pausedUntil);
  };

  return {
    acquire,
    pauseUntil,
    setShare(next, from = clock.now()) {
      share = { share: next, since: from };
      limiter.setShare(next, from);
    },
    change(next) {
      const window = Math.max(windowOf(quota), windowOf(next));
      const before = replaced;
      quota = next;
      // What went before is over when the pause is.
      limiter = createLimiter(quota, clock, Number.NEGATIVE_INFINITY);
      if (share !== undefined) limiter.setShare(share.share, share.since);
      replaced = new AbortController();
      joined = new WeakMap();
      pauseUntil(quota === 'none' ? pausedUntil : clock.now() + window + wireMs);
      before.abort(CHANGED);
    },
    get waiting() {
      return limiter.waiting;
    },
  };
}

function windowOf(quota: Quota | 'none'): number {
  return quota === 'none' ? 0 : quota.window;
}
