/**
 * Writes between the letters of one dead-letter partition which of them may be sent again from now on, and which have
 * come to an end. At once what may be sent; what has ended goes along, or follows soon.
 */
import type { Clock } from '../clock.ts';
import type { TopicPartition } from '../kafka/delivery.ts';
import type { Sink } from '../kafka/sink.ts';
import { encodeLedger } from '../parking/ledger.ts';

export interface LedgerParts {
  /** Group of the service: its letters are meant. */
  readonly group: string;
  readonly sink: Pick<Sink, 'publish'>;
  readonly clock: Pick<Clock, 'after'>;
  /** Aborts when nothing more may be written. */
  readonly signal: AbortSignal;
}

/** Ends that come within it are written together, milliseconds. */
const END_MS = 200;
/** Most offsets in one record: a range of each is some 20 bytes. */
const OFFSETS_PER_RECORD = 5_000;

export class LetterLedger {
  readonly #place: TopicPartition;
  readonly #parts: LedgerParts;
  #toIssue: number[] = [];
  #ended: number[] = [];
  /** Resolves when what is to be issued by now is written. */
  #next = Promise.withResolvers<void>();
  #writing: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(place: TopicPartition, parts: LedgerParts) {
    this.#place = place;
    this.#parts = parts;
    // Nobody need wait for it.
    this.#next.promise.catch(() => {});
  }

  /** Resolves when it is durable that the letter may be sent. Rejects when nothing more may be written. */
  issue(offset: number): Promise<void> {
    this.#toIssue.push(offset);
    const { promise } = this.#next;
    this.#write();
    return promise;
  }

  /** These have come to an end that is durable. */
  end(offsets: readonly number[]): void {
    this.#ended.push(...offsets);
    this.#cancelTimer ??= this.#parts.clock.after(END_MS, () => this.#write());
  }

  /** Resolves when everything that has ended is written, or nothing more may be. */
  async flush(): Promise<void> {
    this.#write();
    while (this.#writing !== undefined) await this.#writing;
  }

  #write(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // What comes in one turn goes together.
    await Promise.resolve();
    while (this.#toIssue.length + this.#ended.length > 0) {
      const issued = this.#toIssue.splice(0);
      const waiting = this.#next;
      this.#next = Promise.withResolvers();
      this.#next.promise.catch(() => {});
      try {
        await this.#publish(issued, this.#ended.splice(0, OFFSETS_PER_RECORD));
        waiting.resolve();
      } catch (error) {
        // Whoever comes next finds in the outputs what has ended.
        waiting.reject(error);
      }
    }
    // In one turn with the look at what is left: nothing that comes in between may be overlooked.
    this.#writing = undefined;
  }

  #publish(issued: readonly number[], released: readonly number[]): Promise<void> {
    const { group, sink, signal } = this.#parts;
    const entry = encodeLedger({ group, source: this.#place, issued, released });
    return sink.publish({ ...this.#place, key: null, ...entry }, { signal });
  }
}
