import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import type { Fetched, PartitionBounds, PartitionLogs } from '../../../src/kafka/partition-logs.ts';
import { createRangeReader, type OffsetRange } from '../../../src/kafka/range-reader.ts';
import type { DecodedMessage } from '../../../src/kafka/record-set.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const PARTITION = { topic: 'calls', partition: 0 };

/** `kept` are the records of the batch that compaction has left, as their distance from its first offset. */
interface Batch {
  readonly length: number;
  readonly kept: readonly number[];
}

/** A log that a test can cut and lengthen, at a broker that can fail. A real one (scenario suite) does not on command. */
class ScriptedLogs implements PartitionLogs {
  start = 0;
  end = 0;
  /** Offsets behind the end in transactions that are open. */
  undecided = 0;
  requests = 0;
  isClosed = false;
  /** What the next requests fail with; undefined for one that does not. */
  failures: unknown[] = [];
  readonly #batches: { readonly first: number; readonly last: number; readonly messages: DecodedMessage[] }[] = [];

  append({ length, kept }: Batch): void {
    const first = this.end;
    const messages = kept.map((delta) => ({ offset: String(first + delta), key: null, value: null }));
    this.end += length;
    this.#batches.push({ first, last: this.end - 1, messages });
  }

  async fetch(_: typeof PARTITION, offset: number): Promise<Fetched> {
    this.#request();
    if (offset < this.start || offset > this.end) return { kind: 'outside', bounds: this.#bounds };
    const batches = this.#batches.filter(({ last }) => last >= offset).slice(0, 2);
    const next = (batches.at(-1)?.last ?? offset - 1) + 1;
    return { kind: 'records', messages: batches.flatMap(({ messages }) => messages), aborted: [], next };
  }

  async bounds() {
    this.#request();
    return [this.#bounds];
  }

  async [Symbol.asyncDispose]() {
    this.isClosed = true;
  }

  get #bounds(): PartitionBounds {
    const { start, end } = this;
    return { partition: 0, start, end, highWatermark: end + this.undecided };
  }

  #request(): void {
    this.requests += 1;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
  }
}

function setUp(batches: readonly Batch[] = []) {
  const logs = new ScriptedLogs();
  for (const batch of batches) logs.append(batch);
  const clock = new ManualClock();
  const explain = (error: unknown) => new CallmatchError('broker-unavailable', String(error), { cause: error });
  const reader = createRangeReader(logs, clock, explain);
  const offsets: number[] = [];
  const read = (range: OffsetRange, signal?: AbortSignal) =>
    reader.read(PARTITION, range, ({ offset }) => offsets.push(offset), signal);
  return { logs, clock, reader, offsets, read };
}

const full = (length: number): Batch => ({ length, kept: Array.from({ length }, (_, delta) => delta) });
const failing = (members: object = {}) => Object.assign(new Error('no leader'), members);

describe('RangeReader', () => {
  it('gives exactly the records of the range, whatever is gone of the log and however often a broker fails', async () => {
    const batch = fc.integer({ min: 1, max: 6 }).chain((length) =>
      fc.record({
        length: fc.constant(length),
        kept: fc.subarray(full(length).kept.slice(), { minLength: 1 }),
      }),
    );
    const scene = fc.record({
      batches: fc.array(batch, { maxLength: 8 }),
      undecided: fc.nat(10),
      failures: fc.array(fc.option(fc.constant(failing()), { nil: undefined }), { maxLength: 10 }),
      start: fc.nat(30),
      from: fc.nat(60),
      to: fc.option(fc.nat(60), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ batches, undecided, failures, start, from, to }) => {
        const { logs, clock, offsets, read } = setUp(batches);
        Object.assign(logs, { undecided, failures });
        logs.start = Math.min(start, logs.end);
        const reading = read({ from, to });
        // Longer than all their pauses, and each shorter than what is waited for.
        await clock.elapse(20_000);
        const next = await reading;
        let first = 0;
        const there = batches.flatMap(({ length, kept }) => {
          first += length;
          return kept.map((delta) => first - length + delta);
        });
        const end = Math.min(to ?? logs.end, logs.end);
        expect(offsets).toEqual(there.filter((offset) => offset >= Math.max(from, logs.start) && offset < end));
        if (to !== undefined && from >= to) expect(next).toBe(from);
        else if (from > logs.end + undecided) expect(next).toBe(logs.end);
        else expect(next).toBe(Math.max(from, logs.start, end));
      }),
      { numRuns: 1_000 },
    );
  });

  it('waits ever longer for a broker, and goes on where it was', async () => {
    const { logs, clock, offsets, read } = setUp([full(2), full(2), full(2)]);
    logs.failures = Array.from({ length: 7 }, () => failing());
    const reading = read({ from: 0 });
    await settled();
    expect(logs.requests).toBe(1);
    await clock.elapse(100);
    expect(logs.requests).toBe(2);
    await clock.elapse(200 + 400 + 800 + 1_600);
    expect(logs.requests).toBe(6);
    await clock.elapse(2_000);
    expect(logs.requests).toBe(7);
    await clock.elapse(2_000);
    expect(await reading).toBe(6);
    expect(offsets).toEqual([0, 1, 2, 3, 4, 5]);
    expect(clock.pending).toBe(0);
  });

  it('gives up after half a minute without an answer', async () => {
    const { logs, clock, read } = setUp([full(2)]);
    logs.failures = Array.from({ length: 100 }, () => failing());
    const outcome = read({ from: 0 }).catch((error: unknown) => error);
    await clock.elapse(26_000);
    logs.failures.splice(0, 50);
    await clock.elapse(4_000);
    expect(await outcome).toMatchObject({ code: 'broker-unavailable' });
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['may not read', failing({ retriable: false }), 'broker-unavailable', 0],
    ['meets no topic', failing({ type: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: true }), 'topic-missing', 3_000],
    ['meets what cannot be decompressed', new CallmatchError('undecodable', 'not gzip'), 'undecodable', 0],
  ])('does not wait that long when it %s', async (_, failure, code, ms) => {
    const { logs, clock, reader } = setUp();
    logs.failures = Array.from({ length: 10 }, () => failure);
    const outcome = reader.bounds('calls').catch((error: unknown) => error);
    await clock.elapse(ms);
    expect(await outcome).toMatchObject({ code });
  });

  it('takes retries of kafkajs that came to nothing for an outage', async () => {
    const { logs, clock, reader } = setUp();
    logs.failures = [failing({ retriable: false, name: 'KafkaJSNumberOfRetriesExceeded' })];
    const bounds = reader.bounds('calls');
    await clock.elapse(100);
    expect(await bounds).toEqual([{ partition: 0, start: 0, end: 0, highWatermark: 0 }]);
  });

  it('ends where the log has lost its newest records', async () => {
    const { logs, offsets, reader } = setUp([full(2), full(2), full(2), full(2)]);
    const next = await reader.read(PARTITION, { from: 0 }, ({ offset }) => {
      offsets.push(offset);
      logs.end = 3;
    });
    expect(next).toBe(3);
    expect(offsets).toEqual([0, 1, 2, 3]);
  });

  it('rejects with what the handler throws, without a second try', async () => {
    const { logs, reader } = setUp([full(2)]);
    const reading = reader.read(PARTITION, { from: 0 }, () => {
      throw failing({ retriable: true });
    });
    await expect(reading).rejects.toThrow('no leader');
    expect(logs.requests, 'where the partition ends, and the records').toBe(2);
  });

  it('aborts with its signal while it waits, and gives nothing any more', async () => {
    const { logs, clock, offsets, read } = setUp([full(2)]);
    logs.failures = [failing()];
    const abort = new AbortController();
    const outcome = read({ from: 0 }, abort.signal).catch((error: unknown) => error);
    await settled();
    abort.abort(new Error('lost the partition'));
    expect(await outcome).toMatchObject({ message: 'lost the partition' });
    expect(clock.pending).toBe(0);
    const held = Promise.withResolvers<Fetched>();
    logs.fetch = () => held.promise;
    const other = new AbortController();
    const waiting = read({ from: 0 }, other.signal).catch((error: unknown) => error);
    await settled();
    other.abort(new Error('lost it again'));
    expect(await waiting).toMatchObject({ message: 'lost it again' });
    held.resolve({ kind: 'records', messages: [], aborted: [], next: 2 });
    await settled();
    expect(offsets).toEqual([]);
  });

  it('ends its reads when it is closed', async () => {
    const { logs, reader, read } = setUp([full(2)]);
    logs.failures = [failing()];
    const outcome = read({ from: 0 }).catch((error: unknown) => error);
    await settled();
    await reader[Symbol.asyncDispose]();
    expect(await outcome).toMatchObject({ message: 'the reader is closed' });
    expect(logs.isClosed).toBe(true);
  });
});
