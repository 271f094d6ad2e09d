/**
 * The calls of one portal and one source partition on their way to HubSpot. There is one for every portal that calls
 * come for, so it costs a call no more than a counter.
 */
import { onAbort } from '../abort.ts';
import { PARK } from '../hubspot/parked.ts';
import type { Portal } from '../hubspot/portal.ts';
import type { Tenure } from '../kafka/delivery.ts';
import type { ParkedIndex } from '../kafka/parked-index.ts';

/**
 * A portal may hold this part of what the others leave of the window: a quarter of it when alone, and however many
 * portals have a backlog, together they never fill it.
 */
const PART_OF_ROOM = 1 / 3;
/** So many calls it may hold in any case. */
const LEAST_HELD = 16;

export class Berth {
  readonly #tenure: Tenure;
  readonly #index: ParkedIndex;
  #run: AbortController | undefined;
  #forget: () => void = () => {};
  /** Calls that wait, or are on the wire. */
  held = 0;

  constructor(tenure: Tenure, index: ParkedIndex) {
    this.#tenure = tenure;
    this.#index = index;
  }

  /** Aborts when the partition is lost, and with `PARK` when all that waits is to be parked. */
  get signal(): AbortSignal {
    const { sending } = this.#tenure.issuing;
    if (sending.aborted) return sending;
    if (this.#run === undefined) {
      const run = new AbortController();
      this.#forget = onAbort(sending, () => run.abort(sending.reason));
      this.#run = run;
    }
    return this.#run.signal;
  }

  /** Whether the next call has to be parked: older ones are, or the portal is in trouble, or holds too many already. */
  isFull({ name, state, waiting }: Portal): boolean {
    if (this.#index.waiting(name) > 0 || state.state !== 'active') return true;
    return waiting > 0 && this.held >= Math.max(LEAST_HELD, this.#tenure.room * PART_OF_ROOM);
  }

  /** Takes back all that waits. */
  clear(): void {
    const run = this.#run;
    this.close();
    run?.abort(PARK);
  }

  /** Nothing is left behind. Only while nothing is held, or to be taken back. */
  close(): void {
    this.#forget();
    this.#forget = () => {};
    this.#run = undefined;
  }
}
