/** Time as the simulator sees it. Injected, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch, with fractions; never goes back (a window's count depends on it). */
  now(): number;
  /** Calls `run` once, `delayMs` from now. */
  schedule(delayMs: number, run: () => void): void;
}

/** The machine's clock. Wall time is taken once at the start, so a later step of the wall clock does no harm. */
export function systemClock(): Clock {
  return {
    now: () => performance.timeOrigin + performance.now(),
    // An answer still waiting must not keep a process alive that wants to end.
    schedule: (delayMs, run) => void setTimeout(run, delayMs).unref(),
  };
}

/** A clock that can be moved forward: tokens expire, windows empty and the search index catches up at once. */
export class AdvancingClock implements Clock {
  readonly #base: Clock;
  #offsetMs = 0;

  constructor(base: Clock) {
    this.#base = base;
  }

  now(): number {
    return this.#base.now() + this.#offsetMs;
  }

  /** Not affected by `advance`: an answer that is on its way keeps its delay. */
  schedule(delayMs: number, run: () => void): void {
    this.#base.schedule(delayMs, run);
  }

  advance(byMs: number): void {
    this.#offsetMs += byMs;
  }
}
