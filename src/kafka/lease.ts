/**
 * How long this member may act on its partitions without asking anybody. The broker gives them to another one when it
 * has had no heartbeat for the session time-out. A process that was frozen learns of that only at its next heartbeat,
 * and by then it would have sent what lay ready. So before each send it asks the clock: nothing goes unless its answer
 * will be there before another member can own the partition. Pure; times are of `Clock.now`, in milliseconds.
 */
export interface LeaseSettings {
  /** The broker expels a member after this long without a heartbeat. */
  readonly sessionTimeout: number;
  /** Longest that anything sent stays on its way. */
  readonly requestTimeout: number;
}

/** For the time between the look at the clock and the send. */
const MARGIN_MS = 500;

export class Lease {
  readonly #length: number;
  #renewed = Number.NEGATIVE_INFINITY;

  constructor({ sessionTimeout, requestTimeout }: LeaseSettings) {
    this.#length = sessionTimeout - requestTimeout - MARGIN_MS;
  }

  /**
   * The broker has answered a heartbeat.
   * @param sentAt when the heartbeat was *sent*: the broker counts from its arrival, and the answer may have lain in a
   * frozen process for long
   */
  renew(sentAt: number): void {
    this.#renewed = Math.max(this.#renewed, sentAt);
  }

  isValid(now: number): boolean {
    return now - this.#renewed < this.#length;
  }
}
