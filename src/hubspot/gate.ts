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
  /** Switched off by its owner. */
  | { readonly state: 'disabled' }
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
  if (!('reason' in portal) || !OUTAGE.has(portal.reason)) return 'closed';
  return portal.state === 'paused' ? 'open' : 'half-open';
}

/**
 * First and longest pause without a hint of HubSpot, milliseconds. Probing is slow: errors count against the app. The
 * shortest bounds a `Retry-After: 0`, which would make a loop of probes. In an outage it is the time from probe to
 * probe, whether the one before has ended or hangs: it is over from one moment to the next, and nothing counts the
 * errors.
 */
const PAUSE = { shortest: 1_000, first: 15_000, longest: 300_000, outage: 1_000 } as const;

const DISABLED: PortalState = { state: 'disabled' };

export interface Gate {
  readonly current: PortalState;
  /**
   * Waits until a request may go. True when it goes as the probe: the oldest one does, but one that can prove nothing
   * only when no other waits. Rejects when the signal aborts.
   */
  pass(signal: AbortSignal, isProof?: boolean): Promise<boolean>;
  /** The probe got a proper answer: the portal is well. */
  opened(): void;
  /** The probe goes on the wire. */
  sent(): void;
  /** A request failed for a reason of the portal's. */
  shut(error: CallmatchError, isProbe: boolean): void;
  /** The probe got an answer that tells no more than that the portal works: that ends an outage, and nothing else. */
  reached(): void;
  /** The probe ended without a verdict on the portal (time-out, no token): the next one probes after a pause. */
  probeLost(): void;
  /**
   * Off: nothing passes, and nothing is probed. On again, or on twice: what is wrong may have been put right, so a
   * paused portal is probed at once.
   */
  turn(next: 'on' | 'off'): void;
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
  /** Milliseconds to the next probe of a portal whose day is used up. */
  untilDailyProbe: () => number = () => PAUSE.longest,
): Gate {
  /** As HubSpot's answers have it; what it is beneath the switch. */
  let current: Exclude<PortalState, { state: 'disabled' }> = { state: 'active' };
  let isOn = true;
  /** When the next probe may go (`Clock.now`); infinite while one has passed and was not sent yet. */
  let until = Number.POSITIVE_INFINITY;
  let pauses = 0;
  /** Probes under way: more than one only in an outage. */
  let probes = 0;
  /** In the order of their coming. */
  const waiters = new Set<Waiter>();
  let cancelTimer: (() => void) | undefined;

  const shown = (): PortalState => (isOn ? current : DISABLED);

  const become = (next: typeof current) => {
    const previous = current;
    current = next;
    if (isOn) onChange(next, previous);
    schedule(until);
  };

  const schedule = (next: number) => {
    until = next;
    cancelTimer?.();
    cancelTimer = undefined;
    arm();
  };

  /** One timer for all that wait; none while nobody does. */
  const arm = () => {
    if (!mayProbe() || waiters.size === 0 || cancelTimer !== undefined || until === Number.POSITIVE_INFINITY) return;
    cancelTimer = clock.after(until - clock.now(), () => {
      cancelTimer = undefined;
      const next = nextProbe();
      if (next === undefined || !mayProbe()) return;
      until = Number.POSITIVE_INFINITY;
      if (current.state === 'paused') become({ ...current, state: 'probing' });
      probeWith(next);
    });
  };

  const mayProbe = (): boolean => isOn && (current.state === 'paused' || breakerState(current) === 'half-open');

  const nextProbe = (): Waiter | undefined => {
    for (const waiter of waiters) if (waiter.isProof) return waiter;
    return waiters.values().next().value;
  };

  const probeWith = (waiter: Waiter) => {
    waiters.delete(waiter);
    probes += 1;
    waiter.go(true);
  };

  const pause = (reason: ErrorCode, since: number, pauseMs: number) => {
    const end = clock.now() + pauseMs;
    if (OUTAGE.has(reason)) {
      // Another probe is under way, and it is settled already when the next one goes.
      if (probes > 0) return;
      // The time to the next probe has begun when this one was sent.
      until = Math.min(until, end);
    } else until = end;
    become({ state: 'paused', reason, since, pauseMs });
  };

  const opened = () => {
    pauses = 0;
    probes = 0;
    if (current.state === 'active') return;
    until = Number.POSITIVE_INFINITY;
    become({ state: 'active' });
    if (isOn) release();
  };

  const release = () => {
    const released = [...waiters];
    waiters.clear();
    for (const waiter of released) waiter.go(false);
  };

  const turn: Gate['turn'] = (next) => {
    const previous = shown();
    isOn = next === 'on';
    if (shown() !== previous) onChange(shown(), previous);
    if (isOn && current.state === 'active') release();
    schedule(isOn && current.state === 'paused' ? clock.now() : until);
  };

  const probeLost = () => {
    ended();
    if (current.state === 'probing')
      pause(current.reason, current.since, OUTAGE.has(current.reason) ? PAUSE.outage : PAUSE.first);
  };

  /** One probe less is under way, unless another one has opened the gate already. */
  const ended = () => {
    probes = Math.max(0, probes - 1);
  };

  return {
    get current() {
      return shown();
    },
    turn,
    pass(signal, isProof = true) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (shown().state === 'active') return Promise.resolve(false);
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
    sent() {
      if (breakerState(current) !== 'half-open') return;
      schedule(clock.now() + PAUSE.outage);
    },
    shut(error, isProbe) {
      if (isProbe) ended();
      // Requests that were on the wire when the portal was shut fail the same way: they say nothing new.
      if (current.state !== 'active' && !isProbe) return;
      const since = current.state === 'active' ? clock.wall() : current.since;
      if (OUTAGE.has(error.code)) return pause(error.code, since, PAUSE.outage);
      const usual = () => Math.min(PAUSE.longest, PAUSE.first * 2 ** pauses);
      const length = error.retryAfterMs ?? (error.code === 'crm-daily-limit' ? untilDailyProbe() : usual());
      pauses += 1;
      pause(error.code, since, Math.max(PAUSE.shortest, length));
    },
    reached() {
      if (breakerState(current) === 'half-open') opened();
      else probeLost();
    },
    probeLost,
    handedOn() {
      ended();
      if (current.state !== 'probing') return;
      const next = isOn ? nextProbe() : undefined;
      schedule(next === undefined ? clock.now() : Number.POSITIVE_INFINITY);
      if (next !== undefined) probeWith(next);
      else if (probes === 0) become({ ...current, state: 'paused' });
    },
  };
}
