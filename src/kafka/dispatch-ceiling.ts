/**
 * The offset above which nothing of a partition has been sent yet. It is committed before it is used, so that the next
 * owner knows what *may* have been sent by one that crashed: nothing from the ceiling on. What lies below it, and is
 * neither done nor found in the outputs, is in doubt. So the ceiling keeps close to what is really sent: it is raised
 * in steps that follow the pace. Pure; times are of `Clock.now`, in milliseconds.
 *
 * ```
 *   watermark        sent so far     granted        proposed
 *       │ ✓ ✗ ✓ ✗ ✗ ✗ │   headroom     │  on its way   │   must wait …
 * ```
 */
export interface CeilingProposal {
  readonly ceiling: number;
  /** When it was made. */
  readonly at: number;
  /** Tells the proposals before a withdrawal from those after it. */
  readonly era: number;
}

/**
 * Headroom in time: what is sent within it needs no new commit. Half of it is left when the next commit is asked for,
 * which has to be enough for the spacing of commits and for one of the length that they took of late.
 */
const HORIZON_MS = { least: 80, ofLatency: 3 } as const;
/** Commits are taken to last so long until one has been seen, milliseconds; and how much a new one counts. */
const LATENCY = { first: 20, weight: 0.3 } as const;
/** Time over which the pace is measured. */
const PACE_MS = 200;
/** Fewest records of headroom: a commit for each single record would cost more than a look-up after a crash. */
const SHORTEST_STEP = 8;

export class DispatchCeiling {
  readonly #longestStep: number;
  /** Below it a durable commit allows to send. */
  #granted: number;
  /** The highest that any commit of this era says. */
  #proposed: number;
  #sentTo: number;
  #wantedTo: number;
  #step = SHORTEST_STEP;
  #latency: number = LATENCY.first;
  #era = 0;
  #measured: { readonly at: number; readonly sentTo: number } | undefined;

  /**
   * @param base the committed offset. @param inherited ceiling of the earlier owner: what lies below stays in doubt
   * until it is done. @param window most records between the watermark and the newest one read
   */
  constructor(base: number, inherited: number, window: number) {
    this.#longestStep = window;
    this.#granted = base;
    this.#proposed = Math.max(base, inherited);
    this.#sentTo = base;
    this.#wantedTo = base;
  }

  /** Whether the record may be sent now; if so, it counts as sent. If not, the next commit shall allow it. */
  claim(offset: number): boolean {
    if (offset < this.#granted) {
      this.#sentTo = Math.max(this.#sentTo, offset + 1);
      return true;
    }
    this.#wantedTo = Math.max(this.#wantedTo, offset + 1);
    return false;
  }

  /** Whether a commit should come soon: somebody waits, or the headroom is half used. */
  get isLow(): boolean {
    return (
      this.#wantedTo > this.#proposed ||
      (this.#measured !== undefined && this.#sentTo + this.#step / 2 > this.#proposed)
    );
  }

  /** The ceiling for the next commit. @param watermark of the same commit */
  propose(watermark: number, now: number): CeilingProposal {
    const isStarved = this.#wantedTo > this.#proposed && this.#sentTo >= this.#granted;
    const pace = this.#pace(now);
    const ahead = pace * (HORIZON_MS.least + HORIZON_MS.ofLatency * this.#latency);
    // Starved means that the pace is unknown: only that it is more than the step. Then twice as much each time.
    const step = isStarved ? Math.max(ahead, this.#step * 2) : ahead;
    this.#step = Math.min(Math.max(SHORTEST_STEP, Math.ceil(step)), this.#longestStep);
    this.#proposed = Math.max(this.#proposed, Math.max(watermark, this.#wantedTo, this.#sentTo) + this.#step);
    return { ceiling: this.#proposed, at: now, era: this.#era };
  }

  /**
   * Nothing more is sent until a later proposal is granted. The ceiling for that commit: as low as what was sent and
   * what is in doubt allow. @param doubtTo what an earlier owner may have sent ends here
   */
  withdraw(watermark: number, doubtTo: number, now: number): CeilingProposal {
    this.#era += 1;
    this.#proposed = Math.max(watermark, this.#sentTo, doubtTo);
    this.#granted = watermark;
    this.#measured = undefined;
    this.#step = SHORTEST_STEP;
    return { ceiling: this.#proposed, at: now, era: this.#era };
  }

  /** The commit of the proposal is durable. One from before a withdrawal grants nothing: a later commit says less. */
  grant({ ceiling, at, era }: CeilingProposal, now: number): void {
    this.#latency += (now - at - this.#latency) * LATENCY.weight;
    if (era === this.#era) this.#granted = Math.max(this.#granted, ceiling);
  }

  /** Records a millisecond since the last measurement. */
  #pace(now: number): number {
    const last = this.#measured;
    if (last === undefined || now - last.at >= PACE_MS) this.#measured = { at: now, sentTo: this.#sentTo };
    if (last === undefined || now <= last.at) return this.#step / PACE_MS;
    return (this.#sentTo - last.sentTo) / Math.max(now - last.at, 1);
  }
}
