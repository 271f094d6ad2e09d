/**
 * When commits are made: all that is due once an interval, what somebody waits for soon, and one at a time, because two
 * on the way could arrive in the wrong order and rewind the group.
 */
import type { Clock } from '../clock.ts';
import type { AssignedPartition, DueCommit } from './partition.ts';

export interface PartitionCommit {
  readonly partition: AssignedPartition;
  readonly commit: DueCommit;
}

export interface CommitterParts {
  /** Sends the commits in one request; resolves when acknowledged. */
  readonly send: (commits: readonly PartitionCommit[]) => Promise<void>;
  /** The partitions that may be committed now. */
  readonly partitions: () => Iterable<AssignedPartition>;
  readonly clock: Clock;
  /** Milliseconds between commits of all that is due. */
  readonly interval: number;
  readonly committed: (partitions: number) => void;
  readonly failed: (error: unknown) => void;
}

/** Shortest time between commits that somebody waits for, milliseconds: what comes within it goes together. */
const SPACING_MS = 20;

export class Committer {
  readonly #parts: CommitterParts;
  #running: Promise<void> | undefined;
  #lastStart = Number.NEGATIVE_INFINITY;
  #cancelRequest: (() => void) | undefined;
  #cancelInterval: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: CommitterParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock, interval, failed } = this.#parts;
    this.#cancelInterval = clock.after(interval, async () => {
      await this.all().catch(failed);
      if (!this.#isStopped) this.start();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelInterval?.();
    this.#cancelRequest?.();
  }

  /** What is urgent shall be committed soon. */
  request(): void {
    if (this.#cancelRequest !== undefined || this.#isStopped) return;
    const { clock, failed } = this.#parts;
    const delay = Math.max(0, this.#lastStart + SPACING_MS - clock.now());
    this.#cancelRequest = clock.after(delay, () => {
      this.#cancelRequest = undefined;
      // A failed one stays urgent; the interval tries again, and a broker in trouble is not asked 50 times a second.
      this.#commit(({ isUrgent }) => isUrgent).catch(failed);
    });
  }

  /** Commits all that is due. Resolves when acknowledged; rejects when it could not be. */
  all(): Promise<void> {
    return this.#commit(() => true);
  }

  /** Resolves when no commit is on its way, however it ended. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => {});
  }

  /** Sends these at once, whatever is on its way: the connection keeps their order. */
  async atOnce(commits: readonly PartitionCommit[]): Promise<void> {
    if (commits.length === 0) return;
    this.#lastStart = this.#parts.clock.now();
    try {
      await this.#parts.send(commits);
    } catch (error) {
      for (const { partition } of commits) partition.commitFailed();
      throw error;
    }
    for (const { partition, commit } of commits) partition.commitAcknowledged(commit);
    this.#parts.committed(commits.length);
  }

  async #commit(isMeant: (partition: AssignedPartition) => boolean): Promise<void> {
    await this.settled();
    const due = [...this.#parts.partitions()].flatMap((partition) => {
      const commit = isMeant(partition) ? partition.commitDue() : undefined;
      return commit === undefined ? [] : [{ partition, commit }];
    });
    this.#running = this.atOnce(due);
    try {
      await this.#running;
    } finally {
      this.#running = undefined;
    }
  }
}
