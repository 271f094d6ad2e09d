/** How many slots of a window the live calls of a portal have asked for of late. Pure. */

/** How far back it looks, milliseconds. */
const MEMORY_MS = 60_000;
/** What is kept free beside that: live calls do not come evenly. */
const HEADROOM = 1.25;
/** Parts are given away in such steps, so that not every call moves them. */
const STEP = 0.05;

interface Sample {
  readonly at: number;
  /** Calls so far. */
  readonly total: number;
  /** Calls that wait. */
  readonly waiting: number;
}

export class RecentUse {
  readonly #window: number;
  #samples: Sample[] = [];

  /** @param window of the quota, milliseconds */
  constructor(window: number) {
    this.#window = window;
  }

  /** To be told every few seconds. */
  add(at: number, total: number, waiting: number): void {
    this.#samples = [...this.#samples.filter((sample) => sample.at > at - MEMORY_MS), { at, total, waiting }];
  }

  /** Whether there were calls. */
  get isBusy(): boolean {
    return this.peak > 0;
  }

  /** Whether a whole window has been watched. */
  get isKnown(): boolean {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    return first !== undefined && last !== undefined && last.at - first.at >= this.#window;
  }

  /** Most calls of one window, those that had to wait included. */
  get peak(): number {
    let most = 0;
    let first = 0;
    for (const sample of this.#samples) {
      // The last sample before the window: calls between two samples count whole.
      while ((this.#samples[first + 1]?.at ?? Number.POSITIVE_INFINITY) <= sample.at - this.#window) first += 1;
      most = Math.max(most, sample.total - (this.#samples[first]?.total ?? 0) + sample.waiting);
    }
    return most;
  }

  /**
   * The part of our slots that live calls do not need, 0 to 1.
   * @param slots that we own
   */
  spare(slots: number): number {
    const needed = slots <= 0 ? 1 : (this.peak * HEADROOM + 1) / slots;
    return Math.max(0, Math.floor((1 - needed) / STEP + 1e-9) * STEP);
  }
}
