/**
 * Whether something may be sent for the records of one partition. Four things can be in the way, each with its own
 * race behind it: the partition is being restored or the group rebalances (`hold`), there was no heartbeat for too long
 * (the lease), no commit says yet that it may have been sent (the dispatch ceiling), or the partition is another's.
 */
import { onAbort } from '../abort.ts';
import type { Clock } from '../clock.ts';
import type { Permission, TopicPartition } from './delivery.ts';
import type { CeilingProposal, DispatchCeiling } from './dispatch-ceiling.ts';

export interface IssuingParts {
  /** Whether the lease of the whole member is good. */
  readonly isLeased: () => boolean;
  /** A commit with a higher ceiling is wanted soon. */
  readonly onLow: () => void;
  readonly clock: Pick<Clock, 'now' | 'after'>;
}

/** Longest that a call holds its place on the way to the wire for a commit. One takes some milliseconds. */
const CLAIM_MS = 1_000;

export class Issuing {
  readonly #name: string;
  readonly #parts: IssuingParts;
  readonly #ceiling: DispatchCeiling;
  readonly #sending = new AbortController();
  readonly #publishing = new AbortController();
  #isHeld = true;
  #changed = Promise.withResolvers<void>();
  /** Apart from the other: a heartbeat is news to those that wait for permission, not to those that wait for a commit. */
  #committed = Promise.withResolvers<boolean>();

  constructor({ topic, partition }: TopicPartition, ceiling: DispatchCeiling, parts: IssuingParts) {
    this.#name = `${topic}/${partition}`;
    this.#ceiling = ceiling;
    this.#parts = parts;
  }

  /** Aborts when nothing more may be sent. */
  get sending(): AbortSignal {
    return this.#sending.signal;
  }

  /** Aborts when nothing more may be published. */
  get publishing(): AbortSignal {
    return this.#publishing.signal;
  }

  /** Whether the next commit should come soon. */
  get isLow(): boolean {
    return this.#ceiling.isLow;
  }

  /** Nothing is sent until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.wake();
  }

  /** Something may have changed for those that wait for permission: a heartbeat was answered. */
  wake(): void {
    if (this.isOpen) this.#wakeAll();
  }

  /** Nothing more is sent, ever; what is on the wire can still be published. */
  stopSending(): void {
    this.#sending.abort(new Error(`nothing more is sent for ${this.#name}`));
    this.#wakeAll();
    this.#committed.resolve(false);
  }

  /** Nothing more is published either. */
  stopPublishing(): void {
    this.stopSending();
    this.#publishing.abort(new Error(`${this.#name} has another owner`));
  }

  propose(watermark: number): CeilingProposal {
    return this.#ceiling.propose(watermark, this.#parts.clock.now());
  }

  withdraw(watermark: number, doubtTo: number): CeilingProposal {
    return this.#ceiling.withdraw(watermark, doubtTo, this.#parts.clock.now());
  }

  grant(proposal: CeilingProposal): void {
    this.#ceiling.grant(proposal, this.#parts.clock.now());
    this.#committed.resolve(true);
    this.#committed = Promise.withResolvers();
  }

  permissionFor(offset: number): Permission {
    return new RecordPermission(this, offset);
  }

  /** For calls of which something durable says already that they may have been sent. */
  get issued(): Permission {
    return {
      granted: () => this.isOpen,
      wait: (signal) => this.untilOpen(signal),
      claim: () => this.isOpen || Promise.resolve(false),
    };
  }

  /** Whether something may be sent at all. */
  get isOpen(): boolean {
    return !this.#isHeld && !this.sending.aborted && this.#parts.isLeased();
  }

  async untilOpen(signal: AbortSignal): Promise<void> {
    while (!this.isOpen) {
      this.sending.throwIfAborted();
      await this.#untilChanged(signal);
    }
  }

  claim(offset: number): true | Promise<boolean> {
    if (!this.isOpen) return Promise.resolve(false);
    const isClaimed = this.#ceiling.claim(offset);
    if (this.#ceiling.isLow) this.#parts.onLow();
    return isClaimed || this.#untilCommittedOrLate();
  }

  #wakeAll(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #untilChanged(signal: AbortSignal): Promise<void> {
    // Its abort wakes everybody. A listener of each would be searched among all of them: a second for ten thousand.
    if (signal === this.sending) return this.#changed.promise;
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const stopWaiting = onAbort(signal, () => reject(signal.reason));
      void this.#changed.promise.then(() => {
        stopWaiting();
        resolve();
      });
    });
  }

  #untilCommittedOrLate(): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(CLAIM_MS, () => resolve(false));
      void this.#committed.promise.then((isCommitted) => {
        cancel();
        resolve(isCommitted);
      });
    });
  }
}

/** A class, because there is one for every record in work. */
class RecordPermission implements Permission {
  readonly #issuing: Issuing;
  readonly #offset: number;

  constructor(issuing: Issuing, offset: number) {
    this.#issuing = issuing;
    this.#offset = offset;
  }

  granted(): boolean {
    return this.#issuing.isOpen;
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.#issuing.untilOpen(signal);
  }

  claim(): true | Promise<boolean> {
    return this.#issuing.claim(this.#offset);
  }
}
