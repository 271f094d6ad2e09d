/**
 * The slots of a portal's quota that this instance may use at a moment, when it has a share of it that changes.
 *
 * Only so many as it had at every moment of the last window: then those who had a slot before are no longer counted
 * by the server. The reasoning, and what it costs, is in decision 0014.
 */
import type { Clock } from '../clock.ts';
import { fewestSlotsIn, NOTHING, type Share, untilChange } from './share.ts';

/**
 * What a hand-over takes beside the window, milliseconds. A slot is given away `EARLY` before it leaves the share, and
 * used `LATE` after it could be: clocks of two instances may differ by 1 s, and the last answer to the one before may
 * take 1.5 s.
 */
const EARLY_MS = 500;
const LATE_MS = 2_000;
/** A slot goes on to the place of the next in so many hand-overs: each arc loses one slot in so many. */
const HAND_OVERS_A_STEP = 24;

/** A share, and from when on (`Clock.now`) it was ours. */
interface Period {
  readonly share: Share;
  readonly since: number;
}

export class HeldSlots {
  readonly #clock: Pick<Clock, 'now' | 'wall'>;
  /** How long a slot must have been ours, milliseconds. */
  readonly #settling: number;
  /** In this time slots go on by the distance between two of them, milliseconds. */
  readonly #step: number;
  /** In order of time; the last one is now. */
  #periods: readonly Period[] = [{ share: NOTHING, since: Number.NEGATIVE_INFINITY }];
  #usable = { slots: 0, count: 0, until: Number.NEGATIVE_INFINITY };

  /** @param window of the quota, milliseconds */
  constructor(window: number, clock: Pick<Clock, 'now' | 'wall'>) {
    this.#clock = clock;
    this.#settling = window + LATE_MS;
    this.#step = HAND_OVERS_A_STEP * (this.#settling + EARLY_MS);
  }

  get share(): Share {
    return this.#periods.at(-1)?.share ?? NOTHING;
  }

  /** Whether the beginning of the circle is in the share; `lost`: it was within the last window. */
  get beginning(): 'here' | 'lost' | 'elsewhere' {
    const has = (share: Share) => share.some(({ from }) => from === 0);
    if (has(this.share)) return 'here';
    return this.#current(this.#clock.now()).some(({ share }) => has(share)) ? 'lost' : 'elsewhere';
  }

  /** When (`Clock.now`) all of the share can be used, but for slots that are just coming by. */
  get settlesAt(): number {
    return (this.#periods.at(-1)?.since ?? Number.NEGATIVE_INFINITY) + this.#settling;
  }

  /**
   * The share is this one: what it lost is gone at once, what it gained can be used a window later.
   * @param since from when on (`Clock.now`); not later than now
   */
  set(share: Share, since: number): void {
    this.#periods = [...this.#current(this.#clock.now()), { share, since }];
    this.#forget();
  }

  /** All of the share can be used at once: it is known what others have sent on it. */
  settle(): void {
    this.#periods = [{ share: this.share, since: Number.NEGATIVE_INFINITY }];
    this.#forget();
  }

  /** What could be used of the share if it had been ours for long. @param slots of the whole quota */
  owned(slots: number): number {
    const phase = this.#phaseAt(this.#clock.now());
    return fewestSlotsIn(this.share, slots, phase, phase + EARLY_MS / this.#step);
  }

  /** @param slots of the whole quota */
  usable(slots: number): number {
    const now = this.#clock.now();
    if (slots !== this.#usable.slots || now >= this.#usable.until)
      this.#usable = { slots, ...this.#reckon(slots, now) };
    return this.#usable.count;
  }

  /** When (`Clock.now`) `usable` may become another number; no earlier than now. @param slots of the whole quota */
  changesAt(slots: number): number {
    this.usable(slots);
    return this.#usable.until;
  }

  /** The fewest slots from one window ago to what is about to leave, and until when that holds. */
  #reckon(slots: number, now: number): { count: number; until: number } {
    this.#periods = this.#current(now);
    const first = now - this.#settling;
    let count = slots;
    let until = Number.POSITIVE_INFINITY;
    for (const [n, { share, since }] of this.#periods.entries()) {
      const next = this.#periods[n + 1];
      const from = this.#phaseAt(Math.max(since, first));
      const to = this.#phaseAt(next?.since ?? now + EARLY_MS);
      count = Math.min(count, fewestSlotsIn(share, slots, from, to));
      // The ends that move with the time.
      if (since <= first) until = Math.min(until, now + untilChange(share, slots, from) * this.#step);
      if (next === undefined) until = Math.min(until, now + untilChange(share, slots, to) * this.#step);
      else until = Math.min(until, next.since + this.#settling);
    }
    return { count, until };
  }

  /** The periods that still count. */
  #current(now: number): readonly Period[] {
    const first = now - this.#settling;
    return this.#periods.filter((_, n, all) => (all[n + 1]?.since ?? Number.POSITIVE_INFINITY) > first);
  }

  #forget(): void {
    this.#usable = { ...this.#usable, until: Number.NEGATIVE_INFINITY };
  }

  /** All instances go by the wall clock, so that they agree where the slots are. */
  #phaseAt(time: number): number {
    // Whole steps change nothing, and would take the digits that the arithmetic needs.
    return ((this.#clock.wall() % this.#step) + (time - this.#clock.now())) / this.#step;
  }
}
