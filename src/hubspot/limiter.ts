/**
 * HubSpot's rate quota as a true rolling window: never more than N requests in any window, and never idle while one may
 * go. A call that finds a free slot goes at once; what is spent comes back one window later (`slot-window.ts`), what is
 * ours, and what others took of it, is in `allowance.ts`, and who is next in `lanes.ts`.
 *
 * The price of safety is the round trip: window / (window + round trip) of the quota is used, 99 % at 100 ms.
 */
import { onAbort } from '../abort.ts';
import type { Clock } from '../clock.ts';
import { Allowance, type Quota, SUCCESSION_MS } from './allowance.ts';
import { type Lane, LaneQueue } from './lanes.ts';
import type { RateLimitReading } from './rate-limit.ts';
import type { Share } from './share.ts';
import { SlotWindow } from './slot-window.ts';

/** The right to send one request. End it exactly once. */
export interface Permit {
  /**
   * The answer came, or will never come: the slot is free again one window from now.
   * @param reading what the answer says of the quota
   */
  spent(reading?: RateLimitReading): void;
  /** The request was never sent: the slot is free at once. */
  unused(): void;
}

export interface Limiter {
  /** Waits for a slot; in the order of `lanes.ts`. Rejects with the signal's reason when it aborts. */
  acquire(lane: Lane, signal?: AbortSignal): Promise<Permit>;
  /** Nothing goes before this moment (`Clock.now`), after a 429. An earlier moment than the one set changes nothing. */
  pauseUntil(time: number): void;
  /**
   * What part of the quota is this instance's; all of it at first. What it lost is gone at once; what it gained can be
   * used one window later, or when an answer has told what others sent on it. Without a quota it says nothing.
   * @param since from when on (`Clock.now`): for a limiter that is made when its portal is first called. Default now.
   */
  setShare(share: Share, since?: number): void;
  /** Requests waiting for a slot. */
  readonly waiting: number;
}

/**
 * @param since when (`Clock.now`) the quota became this instance's: nobody else has sent anything from then on, and this
 *   one nothing that the limiter does not know of. Default now.
 */
export function createLimiter(quota: Quota | 'none', clock: Clock, since?: number): Limiter {
  if (quota === 'none') return new RollingLimiter(undefined, 0, clock);
  return new RollingLimiter(new Allowance(quota, clock, since), quota.window, clock);
}

interface Waiter {
  readonly grant: (permit: Permit) => void;
  /** It does not wait for the abort any more. */
  readonly forget: () => void;
}

/** Without a quota nothing has to be given back. */
const FREE: Permit = { spent() {}, unused() {} };

class RollingLimiter implements Limiter {
  readonly #clock: Clock;
  /** Undefined for `quota: none`: such a limiter only knows pauses. */
  readonly #allowance: Allowance | undefined;
  readonly #slots: SlotWindow;
  readonly #queue = new LaneQueue<Waiter>();
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(allowance: Allowance | undefined, window: number, clock: Clock) {
    this.#allowance = allowance;
    this.#slots = new SlotWindow(window);
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  acquire(lane: Lane, signal?: AbortSignal): Promise<Permit> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#queue.size === 0 && this.#mayGo()) return Promise.resolve(this.#take());
    return new Promise<Permit>((grant, refuse) => {
      const leave = () => {
        this.#queue.remove(lane, waiter);
        refuse(signal?.reason);
      };
      const waiter: Waiter = { grant, forget: signal ? onAbort(signal, leave) : () => {} };
      this.#queue.add(lane, waiter);
      this.#arm();
    });
  }

  pauseUntil(time: number): void {
    if (time <= this.#pausedUntil) return;
    this.#pausedUntil = time;
    this.#arm();
  }

  setShare(share: Share, since = this.#clock.now()): void {
    this.#allowance?.setShare(share, since);
    this.#arm();
  }

  #mayGo(): boolean {
    const now = this.#clock.now();
    return now >= this.#pausedUntil && this.#hasSlot(now);
  }

  #hasSlot(now: number): boolean {
    const allowance = this.#allowance;
    if (allowance === undefined) return true;
    this.#slots.reclaim(now);
    const { used, nextReturn } = this.#slots;
    const slots = allowance.slots(now);
    if (used < slots) return allowance.hasSpare(used, slots, nextReturn, now);
    return allowance.mayAsk(used, now);
  }

  #take(): Permit {
    const allowance = this.#allowance;
    if (allowance === undefined) return FREE;
    const witness = allowance.witness(this.#clock.now());
    const { mark } = this.#slots;
    this.#slots.take();
    let open = true;
    return {
      spent: (reading) => {
        if (!open) return;
        open = false;
        const now = this.#clock.now();
        // What was refused took nothing; what is missing then is noted instead.
        const isRefused = typeof reading === 'object' && reading.isRefusal;
        if (isRefused) this.#slots.giveBack();
        allowance.learn(reading, witness, this.#slots.since(mark), now);
        if (!isRefused) this.#slots.spend(now);
        this.#serve();
      },
      unused: () => {
        if (!open) return;
        open = false;
        this.#slots.giveBack();
        this.#serve();
      },
    };
  }

  #serve(): void {
    while (this.#queue.size > 0 && this.#mayGo()) {
      const waiter = this.#queue.next();
      waiter?.forget();
      waiter?.grant(this.#take());
    }
    this.#arm();
  }

  /** One timer, for the next moment at which a waiter may go. */
  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#queue.size === 0) return;
    const now = this.#clock.now();
    const at = Math.max(this.#nextSlot(now), this.#pausedUntil);
    // No slot is on its way back: the end of a request on the wire arms the timer again.
    if (at === Number.POSITIVE_INFINITY) return;
    // A Node timer may fire up to a millisecond early; a slot taken early could be the one request too many.
    const delay = Math.max(0, Math.ceil(at - now));
    this.#cancelTimer = this.#clock.after(delay, () => {
      this.#cancelTimer = undefined;
      this.#serve();
    });
  }

  /** When a slot may be free. */
  #nextSlot(now: number): number {
    if (this.#allowance === undefined || this.#hasSlot(now)) return now;
    const back = this.#slots.nextReturn;
    // The last slot may go a while before another one comes back.
    const spare = back - SUCCESSION_MS;
    return Math.min(spare > now ? spare : back, this.#allowance.changesAt(now));
  }
}
