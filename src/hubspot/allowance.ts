/**
 * How many slots of the quota may be in use: what this instance has of it, less what others are known to have taken.
 *
 * After a start, and of a share just gained, nobody knows what was sent within the last window. Nothing goes for that
 * long, but for one request that asks: its answer tells how much of the quota is left, and what is missing counts as
 * taken. Where answers say nothing, the first window is filled evenly.
 */
import type { Clock } from '../clock.ts';
import { ForeignUse } from './foreign-use.ts';
import { HeldSlots } from './held-slots.ts';
import type { RateLimitReading } from './rate-limit.ts';
import { type Share, WHOLE } from './share.ts';

export interface Quota {
  /** Requests per window. */
  readonly requests: number;
  /** Length of the window in milliseconds. */
  readonly window: number;
}

/**
 * From the last request of an instance to the first of its successor takes at least this long, milliseconds: for so long
 * a share just gained is not asked about. Within it, one of the slots of the predecessor has come back (`hasSpare`), so
 * the question is not one request too many. It is one question for the whole quota, so it belongs to whoever has the
 * beginning of the circle; the others wait for a window.
 */
export const SUCCESSION_MS = 500;
/** Of a quota smaller than this none is kept back for a successor, who waits for a window instead of asking. */
export const SPARE_FROM = 10;

/** Of sums that are whole numbers but for the error of the arithmetic. */
const ROUNDING = 1e-9;

/** A share that was gained, and when. Its identity tells one gain from the next. */
interface Gain {
  readonly at: number;
}

/** What a request can be asked about when its answer comes. */
export type Witness = Gain | undefined;

export class Allowance {
  readonly #quota: Quota;
  readonly #held: HeldSlots;
  readonly #foreign = new ForeignUse();
  /** Size of the quota by the last answer that told it. */
  #max = Number.POSITIVE_INFINITY;
  /** Of which nothing is known yet. */
  #gain: Gain | undefined;
  /** Until then, what is missing may be a predecessor's, who sends no more. */
  #inheritedUntil = Number.NEGATIVE_INFINITY;
  /** Since when the first window is filled evenly. */
  #filling: number | undefined;

  /** @param since when (`Clock.now`) the quota became this instance's */
  constructor(quota: Quota, clock: Clock, since = clock.now()) {
    this.#quota = quota;
    this.#held = new HeldSlots(quota.window, clock);
    this.setShare(WHOLE, since);
  }

  setShare(share: Share, since: number): void {
    this.#held.set(share, since);
    this.#gain = { at: since };
    this.#filling = undefined;
  }

  /** It is known what others sent within the last window. */
  #settle(): void {
    this.#held.settle();
    this.#gain = undefined;
    this.#filling = undefined;
  }

  /** Slots that may be in use now. */
  slots(now: number): number {
    if (now >= this.#held.settlesAt) this.#gain = this.#filling = undefined;
    return Math.max(this.#held.usable(this.#size), this.#filled(now)) - this.#foreign.slotsAt(now);
  }

  /** When (`Clock.now`) `slots` or `mayAsk` may change without an answer; later than now. */
  changesAt(now: number): number {
    const asksAt = this.#gain === undefined ? Number.POSITIVE_INFINITY : this.#gain.at + SUCCESSION_MS;
    const changes = [this.#held.changesAt(this.#size), this.#foreign.nextReturn(now), this.#fillsAt(now), asksAt];
    return Math.min(...changes.filter((at) => at > now));
  }

  /**
   * Whether one request may go, though no slot is allowed, to learn what the last window holds. Only one: when its
   * answer is lost, the window has to pass.
   */
  mayAsk(used: number, now: number): boolean {
    if (used > 0 || this.witness(now) === undefined || this.#filling !== undefined) return false;
    if (this.#size < SPARE_FROM || this.#held.beginning !== 'here') return false;
    return this.#held.usable(this.#size) === 0 && this.#held.owned(this.#size) > 0;
  }

  /**
   * Whether the last slot may be taken as well: only if another one comes back soon. So whoever takes over finds room
   * for its question, even after a kill at the worst moment; who lives on leaves it to them.
   */
  hasSpare(used: number, slots: number, nextReturn: number, now: number): boolean {
    if (used < slots - 1 || slots < 2 || this.#size < SPARE_FROM) return true;
    const { beginning } = this.#held;
    if (beginning !== 'here') return beginning === 'elsewhere';
    return Math.min(nextReturn, this.#foreign.nextReturn(now)) <= now + SUCCESSION_MS;
  }

  /** Of a request that is sent now. */
  witness(now: number): Witness {
    return this.#gain !== undefined && now >= this.#gain.at + SUCCESSION_MS ? this.#gain : undefined;
  }

  /**
   * Takes in what an answer says.
   * @param mine the most requests of ours that the server can have counted by then, the answered one included
   */
  learn(reading: RateLimitReading, witness: Witness, mine: number, now: number): void {
    if (reading === undefined) return;
    // Beside other requests of ours it is not sure which of them the server had counted, so what is missing is not either.
    const isNews = witness !== undefined && witness === this.#gain && mine <= 1;
    if (reading === 'silent') {
      if (isNews && this.#held.usable(this.#size) === 0) this.#filling ??= now;
      return;
    }
    const { window } = this.#quota;
    // Another window than ours cannot be compared.
    if (reading.interval !== undefined && reading.interval !== window) return;
    this.#max = reading.max;
    if (isNews) {
      this.#settle();
      this.#inheritedUntil = now + window;
    }
    const ours = this.#held.usable(this.#size);
    // What others have sent may all have been on the share just gained, and their own may still be to come. Later on it is
    // by so much as all that we may have sent, and all that is left, fall short of what is ours.
    const missing = isNews ? reading.max - reading.remaining - mine : ours - mine - reading.remaining;
    this.#foreign.note(Math.min(ours, missing), now + window, now < this.#inheritedUntil ? 0 : window);
  }

  /** A server that allows more than the configuration does not raise it: others may have the rest. */
  get #size(): number {
    return Math.min(this.#quota.requests, this.#max);
  }

  /** Slots that an even filling of the first window has come to. */
  #filled(now: number): number {
    if (this.#filling === undefined) return 0;
    const part = Math.min(1, (now - this.#filling) / this.#quota.window);
    return Math.floor(this.#held.owned(this.#size) * part + ROUNDING);
  }

  /** When it comes to one more. */
  #fillsAt(now: number): number {
    if (this.#filling === undefined) return Number.POSITIVE_INFINITY;
    const next = ((this.#filled(now) + 1) * this.#quota.window) / this.#held.owned(this.#size);
    // Rounded up, so that it has come to it by then.
    return Math.ceil(this.#filling + next);
  }
}
