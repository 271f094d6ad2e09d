/**
 * The slots of a portal's quota that this instance may use at a moment, when it has a share of it that changes.
 *
 * Only so many as it had at every moment of the last window: then those who had a slot before are no longer counted
 * by the server. The reasoning, and what it costs, is in decision 0014.
 */
import type { Clock } from '../clock.ts';
import { fewestSlotsIn, NOTHING, type Ring, type Share, untilChange } from './share.ts';

/**
 * The wall clock of an instance may be off by so much to either side, milliseconds: clocks of two may differ by 1 s. A slot
 * that comes or goes within that time of a change of the share, or is about to go, is not counted.
 */
const SKEW_MS = 500;
/** The last answer to the one who had a slot before may take so long, milliseconds. */
const ANSWER_MS = 1_500;
/** A slot goes on to the place of the next in so many hand-overs: each arc loses one slot in so many. */
const HAND_OVERS_A_STEP = 24;

/** A share, and from when on (`Clock.now`, whole milliseconds) it was ours. */
interface Period {
  readonly share: Share;
  readonly since: number;
}

export class HeldSlots {
  readonly #clock: Pick<Clock, 'now' | 'wall'>;
  /** How long a slot must have been ours, milliseconds. */
  readonly #settling: number;
  /** In this time slots go on by the distance between two of them, whole milliseconds. */
  readonly #step: number;
  /** In order of time; the last one is now. */
  #periods: readonly Period[] = [{ share: NOTHING, since: Number.NEGATIVE_INFINITY }];
  #usable = { slots: 0, count: 0, until: Number.NEGATIVE_INFINITY };

  /** @param window of the quota, milliseconds */
  constructor(window: number, clock: Pick<Clock, 'now' | 'wall'>) {
    this.#clock = clock;
    this.#settling = Math.ceil(window) + ANSWER_MS + SKEW_MS;
    this.#step = HAND_OVERS_A_STEP * (this.#settling + SKEW_MS);
  }

  get share(): Share {
    return this.#periods.at(-1)?.share ?? NOTHING;
  }

  /** Whether the beginning of the circle is in the share; `lost`: it was within the last window. */
  get beginning(): 'here' | 'lost' | 'elsewhere' {
    const has = (share: Share) => share.some(({ from }) => from === 0);
    if (has(this.share)) return 'here';
    return this.#current(this.#now()).some(({ share }) => has(share)) ? 'lost' : 'elsewhere';
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
    this.#periods = [...this.#current(this.#now()), { share, since: Math.ceil(since) }];
    this.#forget();
  }

  /** All of the share can be used at once: it is known what others have sent on it. */
  settle(): void {
    this.#periods = [{ share: this.share, since: Number.NEGATIVE_INFINITY }];
    this.#forget();
  }

  /** What could be used of the share if it had been ours for long. @param slots of the whole quota */
  owned(slots: number): number {
    const phase = this.#phaseAt(this.#now());
    return fewestSlotsIn(this.share, this.#ring(slots), phase, phase + SKEW_MS);
  }

  /** @param slots of the whole quota */
  usable(slots: number): number {
    const now = this.#now();
    if (slots !== this.#usable.slots || now >= this.#usable.until)
      this.#usable = { slots, ...this.#reckon(slots, now) };
    return this.#usable.count;
  }

  /** When (`Clock.now`) `usable` may become another number; later than now. @param slots of the whole quota */
  changesAt(slots: number): number {
    this.usable(slots);
    return this.#usable.until;
  }

  /** The fewest slots from one window ago to what is about to leave, and until when that holds. */
  #reckon(slots: number, now: number): { count: number; until: number } {
    this.#periods = this.#current(now);
    const ring = this.#ring(slots);
    const first = now - this.#settling;
    let count = slots;
    let until = Number.POSITIVE_INFINITY;
    for (const [n, { share, since }] of this.#periods.entries()) {
      const next = this.#periods[n + 1];
      const begin = since - SKEW_MS;
      const from = this.#phaseAt(Math.max(begin, first));
      const to = this.#phaseAt((next?.since ?? now) + SKEW_MS);
      count = Math.min(count, fewestSlotsIn(share, ring, from, to));
      // The ends that move with the time, and when one begins to, or the period is over.
      until = Math.min(until, begin > first ? begin + this.#settling : now + untilChange(share, ring, from));
      until = Math.min(until, next === undefined ? now + untilChange(share, ring, to) : next.since + this.#settling);
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

  #ring(slots: number): Ring {
    return { slots, step: this.#step };
  }

  /** In whole milliseconds, as all that is reckoned here: so `usable` changes just when `changesAt` says. */
  #now(): number {
    return Math.floor(this.#clock.now());
  }

  /** All instances go by the wall clock, so that they agree where the slots are. */
  #phaseAt(time: number): number {
    return Math.floor(this.#clock.wall()) + time - this.#now();
  }
}
