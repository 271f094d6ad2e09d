/**
 * The slots that our own requests take. The server counts a request somewhere between its sending and its answer. So a
 * slot comes back one window after the *answer*: whatever the way does to the request, it is out of the server's window
 * by then.
 */

/** Places in the queue that are over are cut off in blocks. */
const CUT_AT = 1_024;

export class SlotWindow {
  readonly #window: number;
  /** When spent slots come back; ascending, because answers are noted in the order of time. */
  readonly #returns: number[] = [];
  #head = 0;
  #taken = 0;
  #returned = 0;

  /** @param window milliseconds */
  constructor(window: number) {
    this.#window = window;
  }

  /** Slots of requests on the wire, and of those that ended within the last window. */
  get used(): number {
    return this.#taken - this.#returned;
  }

  /** Slots that have come back so far: with it, `since` tells later what may have been in the window now. */
  get mark(): number {
    return this.#returned;
  }

  /** The most requests of ours that the server can have counted in a window that ended between that mark and now. */
  since(mark: number): number {
    return this.#taken - mark;
  }

  take(): void {
    this.#taken += 1;
  }

  /** The answer came, or will never come. */
  spend(now: number): void {
    this.#returns.push(now + this.#window);
  }

  /** The request was never sent. */
  giveBack(): void {
    this.#taken -= 1;
  }

  /** When the next slot comes back; infinite while none is on its way. */
  get nextReturn(): number {
    return this.#returns[this.#head] ?? Number.POSITIVE_INFINITY;
  }

  /** Takes back the slots whose window is over. */
  reclaim(now: number): void {
    while (this.nextReturn <= now) {
      this.#head += 1;
      this.#returned += 1;
    }
    if (this.#head < CUT_AT) return;
    this.#returns.splice(0, this.#head);
    this.#head = 0;
  }
}
