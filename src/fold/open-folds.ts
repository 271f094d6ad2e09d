/**
 * The folds of one partition: records of one call, gathered by their key until the call is over. Which way it ends is
 * told by an end mark, by time without a further part, or by a limit. Pure.
 *
 * Time without a part is counted in two ways, and both have to know that nothing is left unread: in the times of the
 * records that were read since (`EventTime`), and on the clock, up to the last moment at which the partition was known to be
 * read to its end. So a partition that is far behind, or not read at all, closes nothing early.
 */
import { createBoundedCache } from '../cdr/bounded-cache.ts';
import type { Clock } from '../clock.ts';
import { EventTime } from './event-time.ts';

export interface FoldLimits {
  /** Milliseconds without a part after which the call is taken to be over. */
  readonly idle: number;
  /** Milliseconds after the close within which a part is late; later it begins a call anew. */
  readonly late: number;
  /** Most parts of a fold, and most bytes; the part that reaches a limit is the last one. */
  readonly maxParts: number;
  readonly maxBytes: number;
  /** Most open folds of the partition: one more closes the one that has been without a part for longest. */
  readonly maxOpen: number;
}

export type ClosedBy = 'end' | 'idle' | 'parts' | 'bytes' | 'open';

export interface PartSigns<Part> {
  /** Timestamp of its record, epoch milliseconds; 0 or less when it has none. */
  readonly recordTime: number;
  /** Bytes that it holds. */
  readonly bytes: number;
  /** Whether the call is over with it. @param parts those so far, this one the last */
  readonly ends: (parts: readonly Part[]) => boolean;
}

/** Told in the order of the closes. @param parts in the order they came, at least one */
export type OnClose<Part> = (parts: readonly Part[], by: ClosedBy, key: string) => void;

/** Most keys of closed folds that are known, of one partition. */
const CLOSED_REMEMBERED = 10_000;

interface Fold<Part> {
  readonly parts: Part[];
  bytes: number;
  /** When the first part came (`Clock.now`). */
  readonly openedAt: number;
  /** When the last part came: by the partition's time, by that of its own record if that is ahead, and by the clock. */
  eventTime: number;
  recordTime: number;
  now: number;
}

export class OpenFolds<Part> {
  readonly #limits: FoldLimits;
  readonly #clock: Pick<Clock, 'now' | 'wall'>;
  readonly #onClose: OnClose<Part>;
  readonly #eventTime = new EventTime();
  /** The one that was without a part for longest is the first. */
  readonly #open = new Map<string, Fold<Part>>();
  /** When folds were closed (`Clock.now`). */
  readonly #closed;

  constructor(limits: FoldLimits, clock: Pick<Clock, 'now' | 'wall'>, onClose: OnClose<Part>) {
    this.#limits = limits;
    this.#clock = clock;
    this.#onClose = onClose;
    this.#closed = createBoundedCache<string, number>(CLOSED_REMEMBERED);
  }

  get size(): number {
    return this.#open.size;
  }

  /** Since when a fold has been without a part for as long as none has (`Clock.now`); undefined without folds. */
  get idleSince(): number | undefined {
    return this.#first?.now;
  }

  /** When the first part of the oldest one came (`Clock.now`); undefined without folds. */
  get openSince(): number | undefined {
    let since: number | undefined;
    for (const { openedAt } of this.#open.values()) since = Math.min(since ?? openedAt, openedAt);
    return since;
  }

  /** The parts of each open fold. */
  *open(): Generator<readonly Part[]> {
    for (const { parts } of this.#open.values()) yield parts;
  }

  /** A record of the partition was read, whether it has parts or not; before its parts are added. */
  see(recordTime: number): void {
    this.#eventTime.see(this.#sane(recordTime));
    const { now } = this.#eventTime;
    this.#closeWhile(
      (fold) => now - fold.eventTime >= this.#limits.idle,
      (fold) => now - fold.recordTime >= this.#limits.idle,
    );
  }

  /** A fold of the key was closed by somebody else: what comes now is late. */
  closedBefore(key: string): void {
    this.#closed.set(key, this.#clock.now());
  }

  /** The next part. False when it is late: its fold is closed. */
  add(key: string, part: Part, { recordTime, bytes, ends }: PartSigns<Part>): boolean {
    const now = this.#clock.now();
    const known = this.#open.get(key);
    if (known === undefined && now - (this.#closed.get(key) ?? Number.NEGATIVE_INFINITY) < this.#limits.late)
      return false;
    const fold = known ?? { parts: [], bytes: 0, openedAt: now, eventTime: 0, recordTime: 0, now };
    fold.parts.push(part);
    fold.bytes += bytes;
    fold.now = now;
    fold.eventTime = this.#eventTime.now;
    // As long as the partition's time is unknown nobody can say how long ago it was.
    const isKnown = fold.eventTime > Number.NEGATIVE_INFINITY;
    fold.recordTime = isKnown ? this.#sane(recordTime) : Number.POSITIVE_INFINITY;
    // Behind all others: its last part is the newest.
    this.#open.delete(key);
    this.#open.set(key, fold);
    if (ends(fold.parts)) this.#close(key, fold, 'end');
    else if (fold.parts.length >= this.#limits.maxParts) this.#close(key, fold, 'parts');
    else if (fold.bytes >= this.#limits.maxBytes) this.#close(key, fold, 'bytes');
    else if (this.#open.size > this.#limits.maxOpen) this.#closeFirst();
    return true;
  }

  /** @param moment at which everything that the partition had was read (`Clock.now`) */
  readToEnd(moment: number): void {
    const isIdle = (fold: Fold<Part>) => moment - fold.now >= this.#limits.idle;
    this.#closeWhile(isIdle, isIdle);
  }

  /** Nothing more comes. */
  closeAll(): void {
    for (const [key, fold] of this.#open) this.#close(key, fold, 'idle');
  }

  get #first(): Fold<Part> | undefined {
    return this.#open.values().next().value;
  }

  /** A clock that is ahead at the source must not keep a fold open, nor close others. */
  #sane(recordTime: number): number {
    return Math.min(recordTime, this.#clock.wall());
  }

  /** Closes from the first fold on. @param goesOn whether it may hold of later ones. @param holds of this one */
  #closeWhile(goesOn: (fold: Fold<Part>) => boolean, holds: (fold: Fold<Part>) => boolean): void {
    for (const [key, fold] of this.#open) {
      if (!goesOn(fold)) return;
      if (holds(fold)) this.#close(key, fold, 'idle');
    }
  }

  #closeFirst(): void {
    const [first] = this.#open;
    if (first !== undefined) this.#close(...first, 'open');
  }

  #close(key: string, { parts }: Fold<Part>, by: ClosedBy): void {
    this.#open.delete(key);
    this.#closed.set(key, this.#clock.now());
    this.#onClose(parts, by, key);
  }
}
