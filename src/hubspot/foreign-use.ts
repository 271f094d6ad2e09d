/**
 * What others have taken of our part of the quota, as answers prove it. An answer says how much is left; what is
 * missing beyond all that may be ours was spent by others.
 */

/** So many slots were missing at least. */
interface Evidence {
  readonly slots: number;
  /** Until then they may all be missing (`Clock.now`). */
  readonly until: number;
  /** From then on they come back one after the other, milliseconds. */
  readonly fading: number;
}

export class ForeignUse {
  /** The later, the fewer slots: what is over earlier than a larger one says nothing. */
  readonly #evidence: Evidence[] = [];

  /**
   * @param until when the last of them has left the server's window; never before that of an earlier call
   * @param fading how long they take to come back then. All at once would be wrong of those who go on sending: our
   *   slots would be used before a new answer tells.
   */
  note(slots: number, until: number, fading: number): void {
    if (slots <= 0) return;
    while ((this.#evidence.at(-1)?.slots ?? Number.POSITIVE_INFINITY) <= slots) this.#evidence.pop();
    this.#evidence.push({ slots, until, fading });
  }

  /** The most slots that any answer shows to be missing. */
  slotsAt(now: number): number {
    while (this.#evidence[0] !== undefined && isOver(this.#evidence[0], now)) this.#evidence.shift();
    let most = 0;
    for (const evidence of this.#evidence) most = Math.max(most, left(evidence, now));
    return most;
  }

  /** When fewer than that will be missing, as far as is known now; infinite when none is. */
  nextReturn(now: number): number {
    const most = this.slotsAt(now);
    let next = Number.POSITIVE_INFINITY;
    for (const evidence of this.#evidence) if (left(evidence, now) === most) next = nextLeft(evidence, now);
    return next;
  }
}

/** Of sums that are whole numbers but for the error of the arithmetic. */
const ROUNDING = 1e-9;

function isOver({ until, fading }: Evidence, now: number): boolean {
  return now >= until + fading;
}

function left(evidence: Evidence, now: number): number {
  const { slots, until, fading } = evidence;
  if (now < until) return slots;
  return isOver(evidence, now) ? 0 : slots - Math.floor(((now - until) * slots) / fading + ROUNDING);
}

/** When one slot fewer is left; rounded up, so that it is by then. */
function nextLeft(evidence: Evidence, now: number): number {
  const { slots, until, fading } = evidence;
  const gone = slots - left(evidence, now) + 1;
  return Math.ceil(until + (gone * fading) / slots);
}
