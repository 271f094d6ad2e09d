/**
 * Whether a portal may be called now. A portal in trouble (revoked token, used-up day, account on the move, outage) is
 * paused with a reason; after a while one call goes through as a probe, and its fate decides for all that wait.
 */
import { onAbort } from '../abort.ts';
import type { Clock } from '../clock.ts';
import type { CallmatchError, ErrorCode } from '../errors.ts';
import { OUTAGE } from './breaker.ts';

export type PortalState =
  | { readonly state: 'active' }
  | {
      readonly state: 'paused' | 'probing';
      readonly reason: ErrorCode;
      /** When the trouble began, epoch milliseconds. */
      readonly since: number;
      /** Length of this pause, milliseconds; the next probe goes after it. */
      readonly pauseMs: number;
    };

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What the state says of an outage: closed while there is none, half-open while it is probed. */
export function breakerState(portal: PortalState): BreakerState {
  if (portal.state === 'active' || !OUTAGE.has(portal.reason)) return 'closed';
  return portal.state === 'paused' ? 'open' : 'half-open';
}

/**
 * First and longest pause without a hint of HubSpot, milliseconds. Probing is slow: errors count against the app. The
 * shortest bounds a `Retry-After: 0`, which would make a loop of probes. In an outage it is the time from probe to
 * probe: it ends from one moment to the next, and nothing counts the errors.
 */
const PAUSE = { shortest: 1_000, first: 15_000, longest: 300_000, outage: 1_000 } as const;

export interface Gate {
  readonly current: PortalState;
  /**
   * Waits until a request may go. True when it goes as the probe: the oldest one does, but one that can prove nothing
   * only when no other waits. Rejects when the signal aborts.
   */
  pass(signal: AbortSignal, isProof?: boolean): Promise<boolean>;
  /** The probe got a proper answer: the portal is well. */
  opened(): void;
  /** A request failed for a reason of the portal's. `sentAt` (`Clock.now`): when the probe was sent, if it was. */
  shut(error: CallmatchError, isProbe: boolean, sentAt?: number): void;
  /** The probe got an answer that tells no more than that the portal works: that ends an outage, and nothing else. */
  reached(): void;
  /** The probe ended without a verdict on the portal (time-out, no token): the next one probes after a pause. */
  probeLost(sentAt?: number): void;
  /** The probe may not be sent, or could prove nothing: the next one that waits, or that comes, probes at once. */
  handedOn(): void;
}

interface Waiter {
  readonly isProof: boolean;
  readonly go: (isProbe: boolean) => void;
}

export function createGate(
  clock: Clock,
  onChange: (state: PortalState, previous: PortalState) => void = () => {},
): Gate {
  let current: PortalState = { state: 'active' };
  /** End of the pause (`Clock.now`). */
  let until = Number.NEGATIVE_INFINITY;
  let pauses = 0;
  /** In the order of their coming. */
  const waiters = new Set<Waiter>();
  let cancelTimer: (() => void) | undefined;

  const become = (next: PortalState) => {
    const previous = current;
    current = next;
    cancelTimer?.();
    cancelTimer = undefined;
    onChange(next, previous);
    arm();
  };

  /** One timer for all that wait; none while nobody does. */
  const arm = () => {
    if (current.state !== 'paused' || waiters.size === 0 || cancelTimer !== undefined) return;
    cancelTimer = clock.after(until - clock.now(), () => {
      cancelTimer = undefined;
      const next = nextProbe();
      if (next === undefined || current.state !== 'paused') return;
      become({ ...current, state: 'probing' });
      probeWith(next);
    });
  };

  const nextProbe = (): Waiter | undefined => {
    for (const waiter of waiters) if (waiter.isProof) return waiter;
    return waiters.values().next().value;
  };

  const probeWith = (waiter: Waiter) => {
    waiters.delete(waiter);
    waiter.go(true);
  };

  const pause = (reason: ErrorCode, since: number, pauseMs: number, from = clock.now()) => {
    until = from + pauseMs;
    become({ state: 'paused', reason, since, pauseMs });
  };

  const opened = () => {
    pauses = 0;
    if (current.state === 'active') return;
    become({ state: 'active' });
    const released = [...waiters];
    waiters.clear();
    for (const waiter of released) waiter.go(false);
  };

  const probeLost = (sentAt?: number) => {
    if (current.state !== 'probing') return;
    const length = OUTAGE.has(current.reason) ? PAUSE.outage : PAUSE.first;
    pause(current.reason, current.since, length, sentAt);
  };

  return {
    get current() {
      return current;
    },
    pass(signal, isProof = true) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (current.state === 'active') return Promise.resolve(false);
      return new Promise((resolve, reject) => {
        const forget = onAbort(signal, () => {
          waiters.delete(waiter);
          reject(signal.reason);
        });
        const waiter: Waiter = {
          isProof,
          go(isProbe) {
            // The signal outlives the call by far: what is left behind would be a leak.
            forget();
            resolve(isProbe);
          },
        };
        waiters.add(waiter);
        arm();
      });
    },
    opened,
    shut(error, isProbe, sentAt) {
      // Requests that were on the wire when the portal was shut fail the same way: they say nothing new.
      if (current.state !== 'active' && !isProbe) return;
      const since = current.state === 'active' ? clock.wall() : current.since;
      if (OUTAGE.has(error.code)) return pause(error.code, since, PAUSE.outage, sentAt);
      const length = error.retryAfterMs ?? Math.min(PAUSE.longest, PAUSE.first * 2 ** pauses);
      pauses += 1;
      pause(error.code, since, Math.max(PAUSE.shortest, length));
    },
    reached() {
      if (breakerState(current) === 'half-open') opened();
      else probeLost();
    },
    probeLost,
    handedOn() {
      if (current.state !== 'probing') return;
      const next = nextProbe();
      if (next !== undefined) probeWith(next);
      else become({ ...current, state: 'paused' });
    },
  };
}
