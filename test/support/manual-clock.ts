/** A clock held still: time passes only when a test says so, and timers run in the order of their due times. */
import type { Clock } from '../../src/clock.ts';

interface Task {
  readonly due: number;
  readonly run: () => void;
}

export class ManualClock implements Clock {
  #now = 0;
  #wall: number;
  /** In the order of their setting; a set keeps it, which decides between equal due times. */
  readonly #tasks = new Set<Task>();

  /** @param wall epoch milliseconds at the start */
  constructor(wall = Date.UTC(2026, 0, 15, 12)) {
    this.#wall = wall;
  }

  /** Whole milliseconds, as `Date.now` gives them. */
  wall(): number {
    return Math.floor(this.#wall);
  }

  now(): number {
    return this.#now;
  }

  /** Tasks that have not run and were not cancelled: what is left at the end of a test is a leak. */
  get pending(): number {
    return this.#tasks.size;
  }

  after(ms: number, run: () => void): () => void {
    const task = { due: this.#now + Math.max(0, ms), run };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  /** Sets the wall clock, back too; `now` and the timers do not notice. */
  setWall(wall: number): void {
    this.#wall = wall;
  }

  /**
   * Lets time pass and runs what falls due, also what such a task sets within the span. What waits for a promise goes
   * on only after this call: where that matters, use `elapse`.
   */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let task = this.#next(end); task !== undefined; task = this.#next(end)) this.#run(task);
    this.#moveTo(end);
  }

  /** Like `advance`, but everything that a task sets off through promises happens before the next one runs. */
  async elapse(ms: number): Promise<void> {
    await settled();
    const end = this.#now + ms;
    for (let task = this.#next(end); task !== undefined; task = this.#next(end)) {
      this.#run(task);
      await settled();
    }
    this.#moveTo(end);
  }

  /** Time passes and timers are late, as when the event loop is busy; the next `advance` or `elapse` runs them. */
  lag(ms: number): void {
    this.#moveTo(this.#now + ms);
  }

  /** Lets the time pass to the next task and runs it. False when there is none. */
  runNext(): boolean {
    const task = this.#next(Number.POSITIVE_INFINITY);
    if (task !== undefined) this.#run(task);
    return task !== undefined;
  }

  #run(task: Task): void {
    this.#tasks.delete(task);
    this.#moveTo(Math.max(this.#now, task.due));
    task.run();
  }

  #moveTo(now: number): void {
    this.#wall += now - this.#now;
    this.#now = now;
  }

  #next(end: number): Task | undefined {
    let first: Task | undefined;
    for (const task of this.#tasks) if (task.due <= end && (first === undefined || task.due < first.due)) first = task;
    return first;
  }
}

/** Everything that promises have set off so far has happened. Waits for no time and no socket. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
