/**
 * Where a redrive gets its records from: dead letters instead of a consumer group. A letter is sent only once the ledger
 * says that it may have been, and has ended only once the ledger says so; what a run that was interrupted leaves between
 * the two is in doubt, and looked up before it is sent again.
 */
import { type Clock, wait } from '../clock.ts';
import { foldName, isOfWholeRecord, recordName } from '../dead-letters/letter.ts';
import type { OpenLetter } from '../dead-letters/letter-log.ts';
import type { Accept, PartitionStatus, Permission, ReadBack, TopicPartition } from '../kafka/delivery.ts';
import type { RangeReader, ReadRecord } from '../kafka/range-reader.ts';
import type { Source } from '../kafka/source.ts';
import { inChunks, recordsOf } from './chosen-records.ts';
import type { LetterLedger } from './letter-ledger.ts';
import type { LetterBytes } from './omitted-value.ts';
import { type Redriven, sourceOfLetter } from './redriven.ts';

/** Letters of one dead-letter partition, in the order of the log. */
export interface LetterStretch extends TopicPartition {
  readonly letters: readonly OpenLetter[];
}

export interface LetterSourceParts {
  readonly reader: Pick<RangeReader, 'read'>;
  /** The bytes of the source record that a letter stands for. */
  readonly bytesOf: (letter: OpenLetter, record: ReadRecord, signal: AbortSignal) => Promise<LetterBytes>;
  readonly ledgerOf: (place: TopicPartition) => LetterLedger;
  /** Whether an earlier redrive has brought a call of the letter to an end. */
  readonly hasEnded: (letter: OpenLetter, call: string) => boolean;
  /** Whether nobody else can redrive by now. */
  readonly isHeld: () => boolean;
  /** Aborts when somebody else may redrive: nothing more is published. */
  readonly lost: AbortSignal;
  readonly clock: Clock;
  /** Milliseconds after which nothing of an earlier redrive can come any more. */
  readonly settle: number;
  /** Told of a letter that cannot be redriven, and why. */
  readonly left: (letter: OpenLetter, why: string) => void;
  /** Told of a letter that has come to an end. */
  readonly ended: (letter: OpenLetter) => void;
}

/** Most letters in work at a time, and their bytes. */
const MOST = { letters: 512, bytes: 32 * 1024 * 1024 } as const;
/** How soon it is looked again whether something may be sent. */
const LOOK_MS = 50;

export class LetterSource implements Source {
  readonly #stretches: readonly LetterStretch[];
  readonly #parts: LetterSourceParts;
  readonly #sending = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  readonly #finished = Promise.withResolvers<void>();
  readonly #ledgers: ReadonlyMap<LetterStretch, LetterLedger>;
  /** Letters of calls that were made of several records, by the call. */
  readonly #folds: ReadonlyMap<string, readonly OpenLetter[]>;
  /** One for each source partition: folds of two are told apart by it. */
  readonly #signals = new Map<string, AbortSignal>();
  /** Of records that have a letter in work: resolves when it has come to an end. */
  readonly #ofRecord = new Map<string, Promise<void>>();
  readonly failed = this.#failed.promise;
  /** Resolves when every letter has come to an end or was left. */
  readonly finished = this.#finished.promise;
  #changed = Promise.withResolvers<void>();
  #out = { letters: 0, bytes: 0 };
  #startedAt = 0;
  #isRead = false;

  constructor(stretches: readonly LetterStretch[], parts: LetterSourceParts) {
    this.#stretches = stretches;
    this.#parts = parts;
    const ofSeveral = stretches.flatMap(({ letters }) => letters).filter(({ fold }) => fold !== undefined);
    this.#folds = Map.groupBy(ofSeveral, (letter) => foldName(letter) ?? '');
    this.#ledgers = new Map(
      stretches.map((stretch) => [stretch, parts.ledgerOf({ topic: stretch.topic, partition: stretch.partition })]),
    );
  }

  async start(accept: Accept): Promise<void> {
    this.#startedAt = this.#parts.clock.now();
    Promise.all(this.#stretches.map((stretch) => this.#run(stretch, accept)))
      .then(() => {
        this.#isRead = true;
        return this.#untilAtRest();
      })
      .then(this.#finished.resolve, (error: unknown) => {
        if (!this.#sending.signal.aborted) this.#failed.reject(error);
      });
  }

  resume(): void {
    this.#wake();
  }

  stopFetching(): void {
    this.#sending.abort(new Error('the redrive stops'));
    this.#wake();
  }

  async commitLast(): Promise<void> {
    await Promise.all([...this.#ledgers.values()].map((ledger) => ledger.flush()));
  }

  mayWrite(): boolean {
    return this.#parts.isHeld();
  }

  get isReady(): boolean {
    return this.#parts.isHeld();
  }

  /** Those of which everything is read. Where no more can be taken they are, too: what waits for more would for ever. */
  partitions(): readonly PartitionStatus[] {
    if (!this.#isRead && this.#hasRoom) return [];
    const places = this.#stretches.flatMap(({ letters }) => letters.map(({ source }) => source));
    const each = new Map(places.map(({ topic, partition }) => [`${partition} ${topic}`, { topic, partition }]));
    return [...each.values()].map((place) => ({ ...place, ...AT_ITS_END }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopFetching();
  }

  async #run(stretch: LetterStretch, accept: Accept): Promise<void> {
    const { signal } = this.#sending;
    for (const chunk of inChunks(stretch.letters)) {
      await this.#until(() => this.#hasRoom);
      const records = await recordsOf(stretch, chunk, this.#parts.reader, signal);
      for (const letter of chunk) {
        const record = records.get(letter.offset);
        if (record === undefined) this.#parts.left(letter, 'letter-deleted');
        else await this.#deliver(stretch, letter, record, accept);
        signal.throwIfAborted();
      }
    }
  }

  async #deliver(stretch: LetterStretch, letter: OpenLetter, record: ReadRecord, accept: Accept): Promise<void> {
    const { signal } = this.#sending;
    const bytes = await this.#parts.bytesOf(letter, record, signal);
    if (bytes.kind === 'gone') return this.#parts.left(letter, bytes.why);
    // Of one record the earlier letter first: what became of it may be the later one.
    const name = recordName(letter.source);
    for (let other = this.#ofRecord.get(name); other !== undefined; other = this.#ofRecord.get(name))
      await Promise.race([other, this.#untilStopped()]);
    const end = Promise.withResolvers<void>();
    const size = bytes.value?.length ?? 0;
    const delivery = this.#deliveryOf(stretch, letter, bytes, () => {
      this.#out = { letters: this.#out.letters - 1, bytes: this.#out.bytes - size };
      this.#ofRecord.delete(name);
      end.resolve();
      this.#parts.ended(letter);
      this.#wake();
    });
    this.#out = { letters: this.#out.letters + 1, bytes: this.#out.bytes + size };
    this.#ofRecord.set(name, end.promise);
    while (!accept(delivery)) await this.#untilChanged();
  }

  #deliveryOf(
    stretch: LetterStretch,
    letter: OpenLetter,
    bytes: Extract<LetterBytes, { kind: 'bytes' }>,
    ended: () => void,
  ): Redriven {
    const ledger = this.#ledgers.get(stretch);
    // Of a record that could be decoded once, other calls may have been sent.
    const mayHaveOthers = isOfWholeRecord(letter) && (letter.stage !== 'decode' || letter.redrives > 0);
    const inDoubt = letter.isIssued || mayHaveOthers;
    return {
      ...sourceOfLetter(letter, bytes),
      letter,
      signal: this.#signalOf(letter.source),
      publishing: this.#parts.lost,
      permission: this.#permission(letter, ledger),
      inDoubt,
      isTaken: letter.isTaken,
      readBack: inDoubt ? this.#readBack(letter) : NOTHING_READ,
      tenure: undefined,
      published() {},
      settle() {
        ledger?.end([letter.offset, ...letter.copies]);
        ended();
      },
    };
  }

  #permission(letter: OpenLetter, ledger: LetterLedger | undefined): Permission {
    const together = this.#folds.get(foldName(letter) ?? '') ?? [letter];
    let isWritten = together.every(({ isIssued }) => isIssued);
    return {
      granted: () => this.#isOpen,
      wait: (signal) => this.#untilOpen(signal),
      claim: () => {
        if (!this.#isOpen) return Promise.resolve(false);
        if (isWritten || ledger === undefined) return true;
        return Promise.all(together.map(({ offset }) => ledger.issue(offset))).then(
          () => {
            isWritten = true;
            return true;
          },
          () => false,
        );
      },
    };
  }

  #readBack(letter: OpenLetter): ReadBack {
    const { hasEnded, clock, settle } = this.#parts;
    return {
      hasEnded: (_offset, call) => hasEnded(letter, call),
      untilSettled: async (_offset, call, signal) => {
        const left = this.#startedAt + settle - clock.now();
        if (left > 0) await wait(clock, left, signal);
        return hasEnded(letter, call);
      },
    };
  }

  get #hasRoom(): boolean {
    return this.#out.letters < MOST.letters && this.#out.bytes < MOST.bytes;
  }

  #signalOf({ topic, partition }: TopicPartition): AbortSignal {
    const name = `${partition} ${topic}`;
    const signal = this.#signals.get(name) ?? AbortSignal.any([this.#sending.signal]);
    this.#signals.set(name, signal);
    return signal;
  }

  get #isOpen(): boolean {
    return !this.#sending.signal.aborted && this.#parts.isHeld();
  }

  async #untilOpen(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (!this.#isOpen) await wait(this.#parts.clock, LOOK_MS, signal);
  }

  async #untilAtRest(): Promise<void> {
    await this.#until(() => this.#out.letters === 0);
    await this.commitLast();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await this.#untilChanged();
  }

  /** Throws when the redrive stops. */
  async #untilChanged(): Promise<void> {
    this.#sending.signal.throwIfAborted();
    await this.#changed.promise;
    this.#sending.signal.throwIfAborted();
  }

  async #untilStopped(): Promise<void> {
    for (;;) await this.#untilChanged();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** Nothing was done for the letter before. */
const NOTHING_READ: ReadBack = { hasEnded: () => false, untilSettled: async () => false };

const AT_ITS_END = { watermark: 0, span: 0, unsettled: 0, lag: 0, paused: false, offsetLost: false } as const;
