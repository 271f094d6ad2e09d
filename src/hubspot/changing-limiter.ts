/** A limiter that can be replaced by one of another quota while calls wait. */
import type { Clock } from '../clock.ts';
import type { Lane } from './lanes.ts';
import type { Limiter, Permit } from './limiter.ts';
import type { Share } from './share.ts';

export interface ChangingLimiter extends Limiter {
  /**
   * From now on this one decides. What waits goes on waiting, in its order.
   * @param window of its quota, milliseconds; 0 for none
   */
  change(limiter: Limiter, window: number): void;
}

/** Ends the waiting at a limiter that is replaced. */
const CHANGED = new Error('the quota has changed');

/**
 * A new limiter knows nothing of what went before. So it holds back until nothing of that can stand in one window with
 * its own.
 * @param firstWindow of the first limiter's quota, milliseconds; 0 for none
 * @param wireMs longest time that a request is on the wire, milliseconds
 */
export function createChangingLimiter(
  first: Limiter,
  firstWindow: number,
  clock: Clock,
  wireMs: number,
): ChangingLimiter {
  let limiter = first;
  let window = firstWindow;
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
    setShare: (share: Share, since?: number) => limiter.setShare(share, since),
    change(next, nextWindow) {
      const longest = Math.max(window, nextWindow);
      const before = replaced;
      limiter = next;
      window = nextWindow;
      replaced = new AbortController();
      joined = new WeakMap();
      pauseUntil(window === 0 ? pausedUntil : clock.now() + longest + wireMs);
      before.abort(CHANGED);
    },
    get waiting() {
      return limiter.waiting;
    },
  };
}
