/** Writes the ledger of one source partition: at once what may be sent, in batches what has ended. */
import type { Clock } from '../clock.ts';
import type { Tenure } from '../kafka/delivery.ts';
import type { ParkedFound } from '../kafka/parked-found.ts';
import type { Sink } from '../kafka/sink.ts';
import { encodeLedger, type LedgerEntry } from './ledger.ts';

export interface LedgerParts {
  readonly group: string;
  readonly sink: Pick<Sink, 'publish'>;
  readonly clock: Pick<Clock, 'after'>;
}

/** Ends that come within it are written together, milliseconds. */
const RELEASE_MS = 200;
/** Most offsets in one record: a range of each is some 20 bytes. */
const OFFSETS_PER_RECORD = 5_000;

/** What the outputs of a parked call are kept by: offsets of the source are not negative. */
export function markOf(parkedOffset: number): number {
  return -1 - parkedOffset;
}

export class LedgerWriter {
  readonly #tenure: Tenure;
  readonly #found: ParkedFound;
  readonly #parts: LedgerParts;
  #ended: number[] = [];
  #copies: number[] = [];
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(tenure: Tenure, found: ParkedFound, parts: LedgerParts) {
    this.#tenure = tenure;
    this.#found = found;
    this.#parts = parts;
  }

  /** Resolves when it is durable that these calls may be sent. Rejects when the partition is lost before. */
  async issue(offsets: readonly number[]): Promise<void> {
    if (offsets.length === 0) return;
    await this.#write({ issued: offsets, released: [] }, this.#tenure.issuing.sending);
    this.#found.index.issue(offsets);
  }

  /** The call in work has ended, and its end is durable. */
  release(offset: number): void {
    this.#ended.push(offset);
    this.#schedule();
  }

  /** These records are copies of calls that have ended. */
  releaseCopies(offsets: readonly number[]): void {
    if (offsets.length === 0) return;
    this.#copies.push(...offsets);
    this.#schedule();
  }

  /** Resolves when everything that has ended is written down, or the partition is another's. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#writing = this.#writing.then(() => this.#release());
    return this.#writing;
  }

  #schedule(): void {
    this.#cancelTimer ??= this.#parts.clock.after(RELEASE_MS, () => void this.flush());
  }

  async #release(): Promise<void> {
    const { index } = this.#found;
    while (this.#ended.length + this.#copies.length > 0) {
      const ended = this.#ended.splice(0, this.#fitting());
      // All of a call at once: half of one would come to life as one of its own.
      const records = ended.flatMap((offset) => index.membersOf(offset));
      const released = [...records, ...this.#copies.splice(0), ...records.flatMap((offset) => index.copiesOf(offset))];
      try {
        // As its outcome it may still be written for a while after the partition has gone to another member.
        await this.#write({ issued: [], released }, this.#tenure.issuing.publishing);
      } catch {
        // The new owner finds the ends in the outputs.
        return;
      }
      const written = new Set(released);
      for (const offset of records) {
        // One that was found meanwhile would come to life once the call is forgotten.
        this.#copies.push(...index.copiesOf(offset).filter((copy) => !written.has(copy)));
        this.#tenure.outputs.settled(markOf(offset));
      }
      for (const offset of ended) index.end(offset);
    }
  }

  /** How many of those that have ended fit into one record. */
  #fitting(): number {
    let offsets = 0;
    const tooMany = this.#ended.findIndex((offset) => {
      offsets += this.#found.index.membersOf(offset).length;
      return offsets > OFFSETS_PER_RECORD;
    });
    return tooMany < 0 ? this.#ended.length : Math.max(1, tooMany);
  }

  #write(entry: Pick<LedgerEntry, 'issued' | 'released'>, signal: AbortSignal): Promise<void> {
    const { group, sink } = this.#parts;
    const { place } = this.#found;
    const { topic, partition } = this.#tenure;
    return sink.publish(
      { ...place, key: null, ...encodeLedger({ group, source: { topic, partition }, ...entry }) },
      { signal },
    );
  }
}
