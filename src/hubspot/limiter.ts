/**
 * HubSpot's rate quota as a true rolling window: never more than N requests in any window, and never idle while one
 * may go.
 *
 * The server counts a request somewhere between its sending and its answer. So a slot is given back one window after
 * the *answer*: whatever the way does to the request, the server can never have seen N + 1 of them within one window.
 * The price is the round trip: window / (window + round trip) of the quota is used, 99 % at 100 ms.
 */
import { onAbort } from '../abort.ts';
import type { Clock } from '../clock.ts';
import { HeldSlots } from './held-slots.ts';
import type { Share } from './share.ts';

/** Live calls go before a backfill. */
export type Lane = 'live' | 'backfill';
export const LANES: readonly Lane[] = ['live', 'backfill'];

export interface Quota {
  /** Requests per window. */
  readonly requests: number;
  /** Length of the window in milliseconds. */
  readonly window: number;
}

/** The right to send one request. End it exactly once. */
export interface Permit {
  /** The answer came, or will never come: the slot is free again one window from now. */
  spent(): void;
  /** The request was never sent: the slot is free at once. */
  unused(): void;
}

export interface Limiter {
  /** Waits for a slot; first come, first served within a lane. Rejects with the signal's reason when it aborts. */
  acquire(lane: Lane, signal?: AbortSignal): Promise<Permit>;
  /** Nothing goes before this moment (`Clock.now`), after a 429. An earlier moment than the one set changes nothing. */
  pauseUntil(time: number): void;
  /**
   * What part of the quota is this instance's; all of it at first. What it lost is gone at once, what it gained can be
   * used one window later. Without a quota it says nothing.
   */
  setShare(share: Share): void;
  /** Requests waiting for a slot. */
  readonly waiting: number;
}

interface Waiter {
  readonly grant: (permit: Permit) => void;
  /** It does not wait for the abort any more. */
  readonly forget: () => void;
}

const FREE: Permit = { spent() {}, unused() {} };

/** A limiter that only knows pauses: for `quota: none`. */
const UNLIMITED: Quota = { requests: Number.POSITIVE_INFINITY, window: 0 };

export function createLimiter(quota: Quota | 'none', clock: Clock): Limiter {
  return new RollingLimiter(quota === 'none' ? UNLIMITED : quota, clock);
}

class RollingLimiter implements Limiter {
  readonly #quota: Quota;
  readonly #clock: Clock;
  readonly #held: HeldSlots;
  /** Slots in use: requests on the wire, and those of which the window is not over. */
  #used = 0;
  /** When spent slots come back; ascending, because answers are noted in the order of time. */
  readonly #returns: number[] = [];
  #returnsHead = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  readonly #queues: Record<Lane, Set<Waiter>> = { live: new Set(), backfill: new Set() };
  #cancelTimer: (() => void) | undefined;

  constructor(quota: Quota, clock: Clock) {
    this.#quota = quota;
    this.#clock = clock;
    this.#held = new HeldSlots(quota.window, clock);
  }

  get waiting(): number {
    return this.#queues.live.size + this.#queues.backfill.size;
  }

  acquire(lane: Lane, signal?: AbortSignal): Promise<Permit> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    this.#reclaim();
    if (this.waiting === 0 && this.#mayGo()) return Promise.resolve(this.#take());
    return new Promise<Permit>((grant, refuse) => {
      const queue = this.#queues[lane];
      const leave = () => {
        queue.delete(waiter);
        refuse(signal?.reason);
      };
      const waiter: Waiter = { grant, forget: signal ? onAbort(signal, leave) : () => {} };
      queue.add(waiter);
      this.#arm();
    });
  }

  pauseUntil(time: number): void {
    if (time <= this.#pausedUntil) return;
    this.#pausedUntil = time;
    this.#arm();
  }

  setShare(share: Share): void {
    this.#held.set(share);
    this.#arm();
  }

  #mayGo(): boolean {
    return this.#hasFree() && this.#clock.now() >= this.#pausedUntil;
  }

  #hasFree(): boolean {
    const { requests } = this.#quota;
    return requests === Number.POSITIVE_INFINITY || this.#used < this.#held.usable(requests);
  }

  #take(): Permit {
    if (this.#quota.requests === Number.POSITIVE_INFINITY) return FREE;
    this.#used += 1;
    let open = true;
    const once = (end: () => void) => () => {
      if (!open) return;
      open = false;
      end();
    };
    return {
      spent: once(() => {
        this.#returns.push(this.#clock.now() + this.#quota.window);
        this.#arm();
      }),
      unused: once(() => {
        this.#used -= 1;
        this.#serve();
        this.#arm();
      }),
    };
  }

  /** Takes back the slots whose window is over. */
  #reclaim(): void {
    const now = this.#clock.now();
    while (this.#returnsHead < this.#returns.length && (this.#returns[this.#returnsHead] ?? 0) <= now) {
      this.#returnsHead += 1;
      this.#used -= 1;
    }
    if (this.#returnsHead > 1024) {
      this.#returns.splice(0, this.#returnsHead);
      this.#returnsHead = 0;
    }
  }

  #serve(): void {
    this.#reclaim();
    for (const lane of LANES) {
      for (const waiter of this.#queues[lane]) {
        if (!this.#mayGo()) return;
        this.#queues[lane].delete(waiter);
        waiter.forget();
        waiter.grant(this.#take());
      }
    }
  }

  /** When a slot may be free. */
  #nextSlot(): number {
    if (this.#hasFree()) return Number.NEGATIVE_INFINITY;
    const back = this.#returns[this.#returnsHead] ?? Number.POSITIVE_INFINITY;
    return Math.min(back, this.#held.changesAt(this.#quota.requests));
  }

  /** One timer, for the next moment at which a waiter may go. */
  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.waiting === 0) return;
    const at = Math.max(this.#nextSlot(), this.#pausedUntil);
    // No slot is on its way back: the end of a request on the wire arms the timer again.
    if (at === Number.POSITIVE_INFINITY) return;
    // A Node timer may fire up to a millisecond early; a slot taken early could be the one request too many.
    const delay = Math.max(0, Math.ceil(at - this.#clock.now()));
    this.#cancelTimer = this.#clock.after(delay, () => {
      this.#cancelTimer = undefined;
      this.#serve();
      this.#arm();
    });
  }
}
