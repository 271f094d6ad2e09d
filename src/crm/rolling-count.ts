import { Fifo } from './fifo.ts';

/**
 * Counts what happened within the last window. Windows are half open: what happened exactly one window ago
 * no longer counts. Memory follows what is in the window.
 */
export class RollingCount {
  readonly windowMs: number;
  readonly #times = new Fifo<number>();
  #peak = 0;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  /** The highest count of any window so far. */
  get peak(): number {
    return this.#peak;
  }

  /** How many happened in the window that ends now. */
  countAt(now: number): number {
    for (let time = this.#times.at(0); time !== undefined && now - time >= this.windowMs; time = this.#times.at(0)) {
      this.#times.shift();
    }
    return this.#times.length;
  }

  /** One more, now. `now` is never before the last one. */
  add(now: number): void {
    this.#times.push(now);
    this.#peak = Math.max(this.#peak, this.countAt(now));
  }

  /** Forgets everything, and the peak. */
  clear(): void {
    this.#times.clear();
    this.#peak = 0;
  }
}
