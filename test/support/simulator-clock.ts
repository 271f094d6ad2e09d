import type { Clock } from '../../src/crm/clock.ts';

/** A clock of the CRM simulator that stands still until it is moved. */
export class SimulatorClock implements Clock {
  #now: number;
  #waiting: { readonly at: number; readonly run: () => void }[] = [];

  constructor(start: string | number = '2026-01-01T00:00:00Z') {
    this.#now = new Date(start).getTime();
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, run: () => void): void {
    this.#waiting.push({ at: this.#now + delayMs, run });
  }

  /** What waits to be run, by how much later than now. */
  get delays(): number[] {
    return this.#waiting.map(({ at }) => at - this.#now);
  }

  advance(byMs: number): void {
    this.#now += byMs;
    const due = this.#waiting.filter(({ at }) => at <= this.#now);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }
}
