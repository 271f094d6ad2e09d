/** The limiter of a portal of which this instance has a share that changes, and that may end without a further word. */
import type { Clock } from '../clock.ts';
import { wait } from '../clock.ts';
import type { Lane } from '../hubspot/lanes.ts';
import type { Limiter, Permit } from '../hubspot/limiter.ts';
import type { Share } from '../hubspot/share.ts';
import { isSame, sizeOf } from './arcs.ts';
import type { RecentUse } from './recent-use.ts';

/** How often to look whether a share that has ended has come back, milliseconds. */
const ENDED_MS = 100;
/** While less than this part of the whole quota is left, a lease is not used: live calls come first. */
const RESERVE = 0.1;
/** For this part of a window; then one answer tells whether there is more. */
const BRAKE = 0.1;

export class LeasedLimiter implements Limiter {
  readonly #inner: Limiter;
  readonly #window: number;
  readonly #clock: Clock;
  #share: Share | undefined;
  #until = Number.POSITIVE_INFINITY;
  #brakedUntil = Number.NEGATIVE_INFINITY;
  /** Calls that have asked for a slot. */
  total = 0;
  /** Watched only while a backfill wants the portal. */
  use: RecentUse | undefined;

  /** @param window of the quota, milliseconds */
  constructor(inner: Limiter, window: number, clock: Clock) {
    this.#inner = inner;
    this.#window = window;
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#inner.waiting;
  }

  acquire(lane: Lane, signal?: AbortSignal): Promise<Permit> {
    this.total += 1;
    const permit = this.#inner.acquire(lane, signal);
    return this.#until === Number.POSITIVE_INFINITY ? permit : this.#leased(permit, lane, signal);
  }

  pauseUntil(time: number): void {
    this.#inner.pauseUntil(time);
  }

  setShare(share: Share, since?: number): void {
    // The same once more is no news, and would be taken for a gain.
    if (this.#share !== undefined && isSame(this.#share, share)) return;
    this.#share = share;
    this.#inner.setShare(share, since);
  }

  /** The share, until when (`Clock.now`) it holds, and since when it has been ours; default now. */
  lease(share: Share, until: number, since?: number): void {
    this.#until = until;
    this.setShare(share, since);
  }

  /** After a freeze nobody has told us yet that the share has ended. */
  async #leased(first: Promise<Permit>, lane: Lane, signal?: AbortSignal): Promise<Permit> {
    for (let permit = await first; ; permit = await this.#inner.acquire(lane, signal)) {
      const now = this.#clock.now();
      if (now < this.#until && now >= this.#brakedUntil) return this.#watched(permit);
      permit.unused();
      await wait(this.#clock, Math.max(ENDED_MS, this.#brakedUntil - now), signal);
    }
  }

  /** What its answer says of the whole quota is a brake for the next ones. */
  #watched(permit: Permit): Permit {
    return {
      unused: () => permit.unused(),
      spent: (reading) => {
        // Who has all of it may use it up.
        const isShared = sizeOf(this.#share ?? []) < 1;
        if (isShared && typeof reading === 'object' && reading.remaining < reading.max * RESERVE) {
          this.#brakedUntil = this.#clock.now() + this.#window * BRAKE;
        }
        permit.spent(reading);
      },
    };
  }
}
