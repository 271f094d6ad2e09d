/**
 * Makes out of the log of a parked partition what is still parked for one source partition. The log is read once from
 * its low mark to its end, and then followed while an earlier owner may still be writing. Pure.
 */

import { createBoundedCache } from '../cdr/bounded-cache.ts';
import type { TopicPartition } from '../kafka/delivery.ts';
import type { HeldCall, ParkedDoubt } from '../kafka/parked-found.ts';
import { ParkedIndex } from '../kafka/parked-index.ts';
import type { ReadRecord } from '../kafka/range-reader.ts';
import { isSamePartition } from '../kafka/same-partition.ts';
import { callName } from '../outcome/call-name.ts';
import { type ParkedOrigin, readParked } from '../outcome/parked-call.ts';
import { decodeLedger } from './ledger.ts';
import { ParkedParts, type RecordBytes } from './parked-parts.ts';

/** A retried write repeats the records of a request or two: copies stand this close together. */
const COPIES_WITHIN = 10_000;

/** Where the parked call comes from, and its name among those of its record. */
export type ParkedName = readonly [offset: number, name: string];

export class ParkedScan {
  readonly #group: string;
  readonly #source: TopicPartition;
  readonly #index = new ParkedIndex();
  /** Without an end so far, in the order of the log. */
  readonly #open = new Map<number, ParkedOrigin>();
  /** Bytes of those that are parts of a call. */
  readonly #bytes = new Map<number, RecordBytes>();
  readonly #issued = new Set<number>();
  /** Original of a copy, by offset. */
  readonly #originals = new Map<number, number>();
  readonly #recent = createBoundedCache<string, number>(COPIES_WITHIN);
  #isFinished = false;
  /** Late copies of calls that have ended: their release has to be written down. */
  readonly spare: number[] = [];

  constructor(group: string, source: TopicPartition) {
    this.#group = group;
    this.#source = source;
  }

  /** Takes the next record of the log. Undefined when it is no parked call of this source partition. */
  read(record: ReadRecord): ParkedName | undefined {
    const ledger = decodeLedger(record.headers, record.value);
    if (ledger !== undefined) {
      // After the takeover the index knows more than an earlier owner.
      if (!this.#isFinished && ledger.group === this.#group && isSamePartition(ledger.source, this.#source))
        this.#note(ledger);
      return undefined;
    }
    const origin = readParked(record.headers);
    if (origin === undefined || origin.group !== this.#group || !isSamePartition(origin.source, this.#source))
      return undefined;
    const name = callName(origin.callIndex, origin.externalCallId);
    if (this.#isFinished && origin.part !== undefined) {
      // Whoever has the partition now reads its source record once more: an earlier owner could not commit it.
      if (!this.#index.wasAdded(record.offset)) this.spare.push(record.offset);
      return undefined;
    }
    if (this.#isFinished) this.#addLate(origin, record.offset, name);
    else {
      if (origin.part !== undefined) this.#bytes.set(record.offset, { value: record.value, headers: record.headers });
      this.#add(origin, record.offset, name);
    }
    return [origin.source.offset, name];
  }

  /** The end of the log is reached. */
  finish(): {
    readonly index: ParkedIndex;
    readonly doubts: readonly ParkedDoubt[];
    readonly held: readonly HeldCall[];
    readonly whole: readonly string[];
  } {
    const doubts: ParkedDoubt[] = [];
    const calls = new ParkedParts(this.#issued);
    for (const [offset, origin] of this.#open) {
      if (calls.add(offset, origin, this.#bytes.get(offset))) continue;
      const isInDoubt = origin.inDoubt || this.#issued.has(offset);
      this.#index.add(origin.portal, offset, isInDoubt ? Number.NEGATIVE_INFINITY : undefined);
      const { portal, source, callIndex, externalCallId } = origin;
      if (isInDoubt)
        doubts.push({ portal, at: offset, offset: source.offset, call: callName(callIndex, externalCallId) });
    }
    const parts = calls.finish(this.#index, doubts);
    for (const [copy, offset] of this.#originals) if (this.#open.has(offset)) this.#index.addCopy(offset, copy);
    this.#index.issue([...this.#issued].filter((offset) => this.#open.has(offset)));
    this.#index.isUnclear = doubts.length > 0;
    this.#index.watchAdded(true);
    this.#isFinished = true;
    this.#open.clear();
    this.#bytes.clear();
    return { index: this.#index, doubts, ...parts };
  }

  /** Nothing of an earlier owner can come any more. */
  close(): void {
    this.#index.watchAdded(false);
  }

  #note({ issued, released }: { readonly issued: readonly number[]; readonly released: readonly number[] }): void {
    const originalOf = (offset: number) => this.#originals.get(offset) ?? offset;
    for (const offset of issued) this.#issued.add(originalOf(offset));
    for (const offset of released) {
      this.#open.delete(originalOf(offset));
      this.#bytes.delete(offset);
      this.#issued.delete(originalOf(offset));
    }
  }

  #add(origin: ParkedOrigin, offset: number, name: string): void {
    const key = `${origin.source.offset} ${name}`;
    const earlier = this.#recent.get(key);
    // After a reset of the offsets a call is parked anew that has ended long ago: that is no copy.
    if (earlier !== undefined && this.#open.has(earlier)) this.#originals.set(offset, earlier);
    else {
      this.#recent.set(key, offset);
      this.#open.set(offset, origin);
    }
  }

  #addLate(origin: ParkedOrigin, offset: number, name: string): void {
    if (this.#index.wasAdded(offset)) return;
    const { portal } = origin;
    const key = `${origin.source.offset} ${name}`;
    const earlier = this.#recent.get(key);
    if (earlier === undefined) {
      this.#recent.set(key, offset);
      this.#index.add(portal, offset, origin.inDoubt ? Number.NEGATIVE_INFINITY : undefined);
    } else if (earlier === offset) return;
    else if (this.#index.isWorking(earlier) || this.#index.isWaiting(portal, earlier))
      this.#index.addCopy(earlier, offset);
    else this.spare.push(offset);
  }
}
