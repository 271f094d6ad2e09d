/**
 * Whether a portal may be called now. A portal in trouble (revoked token, used-up day, account on the move) is paused
 * with a reason; after a while one call goes through as a probe, and its fate decides for all that wait.
 */
import type { Clock } from '../clock.ts';
import type { CallmatchError, ErrorCode } from '../errors.ts';

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

/**
 * First and longest pause without a hint of HubSpot, milliseconds. Probing is slow: errors count against the app. The
 * shortest bounds a `Retry-After: 0`, which would make a loop of probes.
 */
const PAUSE = { shortest: 1_000, first: 15_000, longest: 300_000 } as const;

export interface Gate {
  readonly current: PortalState;
  /** Waits until a request may go, oldest first. True when it goes as the probe. Rejects when the signal aborts. */
  pass(signal: AbortSignal): Promise<boolean>;
  /** The probe got a proper answer: the portal is well. */
  opened(): void;
  /** A request failed for a reason of the portal's. */
  shut(error: CallmatchError, isProbe: boolean): void;
  /** The probe ended without a verdict on the portal (time-out, cancelled): the next one probes. */
  probeLost(): void;
  /** The probe may not be sent: the next one that waits, or that comes, probes at once in its place. */
  handedOn(): void;
}

interface Waiter {
  readonly go: (isProbe: boolean) => void;
}

export function createGate(clock: Clock, onChange: (state: PortalState) => void = () => {}): Gate {
  let current: PortalState = { state: 'active' };
  /** End of the pause (`Clock.now`). */
  let until = Number.NEGATIVE_INFINITY;
  let pauses = 0;
  /** In the order of their coming. */
  const waiters = new Set<Waiter>();
  let cancelTimer: (() => void) | undefined;

  const become = (next: PortalState) => {
    current = next;
    cancelTimer?.();
    cancelTimer = undefined;
    onChange(next);
    arm();
  };

  /** One timer for all that wait; none while nobody does. */
  const arm = () => {
    if (current.state !== 'paused' || waiters.size === 0 || cancelTimer !== undefined) return;
    cancelTimer = clock.after(until - clock.now(), () => {
      cancelTimer = undefined;
      const [oldest] = waiters;
      if (oldest === undefined || current.state !== 'paused') return;
      become({ ...current, state: 'probing' });
      probeWith(oldest);
    });
  };

  const probeWith = (waiter: Waiter) => {
    waiters.delete(waiter);
    waiter.go(true);
  };

  const pause = (reason: ErrorCode, since: number, pauseMs: number) => {
    until = clock.now() + pauseMs;
    become({ state: 'paused', reason, since, pauseMs });
  };

  return {
    get current() {
      return current;
    },
    pass(signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (current.state === 'active') return Promise.resolve(false);
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiters.delete(waiter);
          reject(signal.reason);
        };
        const waiter: Waiter = {
          go(isProbe) {
            // The signal outlives the call by far: a listener left behind would be a leak.
            signal.removeEventListener('abort', onAbort);
            resolve(isProbe);
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiters.add(waiter);
        arm();
      });
    },
    opened() {
      pauses = 0;
      if (current.state === 'active') return;
      become({ state: 'active' });
      const released = [...waiters];
      waiters.clear();
      for (const waiter of released) waiter.go(false);
    },
    shut(error, isProbe) {
      // Requests that were on the wire when the portal was shut fail the same way: they say nothing new.
      if (current.state !== 'active' && !isProbe) return;
      const length = error.retryAfterMs ?? Math.min(PAUSE.longest, PAUSE.first * 2 ** pauses);
      pauses += 1;
      const since = current.state === 'active' ? clock.wall() : current.since;
      pause(error.code, since, Math.max(PAUSE.shortest, length));
    },
    probeLost() {
      if (current.state === 'probing') pause(current.reason, current.since, PAUSE.first);
    },
    handedOn() {
      if (current.state !== 'probing') return;
      const [oldest] = waiters;
      if (oldest !== undefined) probeWith(oldest);
      else become({ ...current, state: 'paused' });
    },
  };
}
