import { createRequire } from 'node:module';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConsumedPartition, cureConsumedRecords, fetchDecoder } from '../../../src/kafka/consumed-records.ts';
import type { AbortedTransaction, FetchVersion } from '../../../src/kafka/fetch-response.ts';
import { batchBytes, type FetchAnswer, fetchResponseBytes, type LogBatch } from '../../support/log-bytes.ts';

/** What kafkajs's consumer makes of an answer. */
interface Batch {
  readonly messages: readonly { readonly offset: string }[];
  isEmptyDueToFiltering(): boolean;
  lastOffset(): string;
}

const Batch = createRequire(import.meta.url)('kafkajs/src/consumer/batch');

async function fetched(answer: FetchAnswer, version: FetchVersion = 11): Promise<ConsumedPartition | undefined> {
  const { responses } = await fetchDecoder(version).decode(fetchResponseBytes(version, answer));
  return responses[0]?.partitions[0];
}

const offsets = (messages: Batch['messages']) => messages.map(({ offset }) => Number(offset));

/** What producers did, one after the other; compaction has left `kept` of a write. */
interface Step {
  readonly producerId: string;
  readonly act: 'write' | 'write outside' | 'commit' | 'abort';
  readonly kept: readonly boolean[];
}

/** The log that a broker makes of it, what it tells with it, and what may be seen: the model. */
function logOf(steps: readonly Step[]) {
  const batches: LogBatch[] = [];
  const aborted: (AbortedTransaction & { readonly end: number })[] = [];
  const visible: number[] = [];
  const open = new Map<string, { readonly first: number; readonly offsets: number[] }>();
  let first = 0;
  const ends = ['1', '2', '3'].map((producerId): Step => ({ producerId, act: 'abort', kept: [] }));
  for (const { producerId, act, kept: mask } of [...steps, ...ends]) {
    const kept = mask.flatMap((isKept, delta) => (isKept ? [delta] : []));
    const written = kept.map((delta) => first + delta);
    const transaction = open.get(producerId);
    if (act === 'write outside') {
      batches.push({ first, length: mask.length, kept, producerId });
      visible.push(...written);
    } else if (act === 'write') {
      batches.push({ first, length: mask.length, kept, producerId, transactional: true });
      open.set(producerId, transaction ?? { first, offsets: [] });
      open.get(producerId)?.offsets.push(...written);
    } else if (transaction !== undefined) {
      batches.push({ first, length: 1, producerId, transactional: true, isControl: true });
      open.delete(producerId);
      if (act === 'commit') visible.push(...transaction.offsets);
      else aborted.push({ producerId, firstOffset: String(transaction.first), end: first });
    } else continue;
    first += batches.at(-1)?.length ?? 0;
  }
  return { batches, aborted, visible: visible.sort((a, b) => a - b), end: first };
}

describe('cureConsumedRecords', () => {
  beforeAll(() => cureConsumedRecords());

  it('takes a consumer to the end of every log, a batch or more at a time, past just what may be seen', async () => {
    const step = fc.record({
      producerId: fc.constantFrom('1', '2', '3'),
      act: fc.constantFrom<Step['act'][]>('write', 'write', 'write outside', 'commit', 'abort'),
      kept: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
    });
    const scene = fc.record({
      steps: fc.array(step, { maxLength: 15 }),
      batchesAtATime: fc.integer({ min: 1, max: 5 }),
      cutOff: fc.nat(60),
      version: fc.constantFrom<FetchVersion[]>(10, 11),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ steps, batchesAtATime, cutOff, version }) => {
        const { batches, aborted, visible, end } = logOf(steps);
        const seen: number[] = [];
        for (let position = 0; position < end; ) {
          const rest = batches.filter(({ first, length }) => first + length > position);
          const sent = await Promise.all(rest.slice(0, batchesAtATime).map(batchBytes));
          const tail = (await batchBytes({ first: end, length: 3 })).subarray(0, cutOff);
          // A broker tells of the transactions that reach into what it sends, in the order in which they ended.
          const told = aborted.filter((transaction) => transaction.end >= position);
          const answer = await fetched({ aborted: told, records: Buffer.concat([...sent, tail]) }, version);
          const batch: Batch = new Batch('calls', String(position), answer);
          seen.push(...offsets(batch.messages));
          expect(batch.messages.length > 0 || batch.isEmptyDueToFiltering(), 'kafkajs goes on').toBe(true);
          const last = rest[Math.min(batchesAtATime, rest.length) - 1];
          expect(Number(batch.lastOffset()) + 1).toBe((last?.first ?? 0) + (last?.length ?? 0));
          position = Number(batch.lastOffset()) + 1;
        }
        expect(seen).toEqual(visible);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves an answer as it is in which nothing is missing', async () => {
    const answer = await fetched({ records: await batchBytes({ first: 4, length: 3 }), preferredReadReplica: 2 });
    expect(answer).toMatchObject({ partition: 3, errorCode: 0, highWatermark: '10', preferredReadReplica: 2 });
    expect(offsets(answer?.messages ?? [])).toEqual([4, 5, 6]);
  });

  it.each([
    ['an error', { errorCode: 1 }],
    ['nothing new', { records: Buffer.alloc(0) }],
  ])('gives no records for %s', async (_, answer) => {
    expect(await fetched(answer)).toMatchObject({ messages: [], abortedTransactions: [] });
  });

  it('changes nothing when it is called again', () => {
    const { decode } = fetchDecoder(11);
    cureConsumedRecords();
    expect(fetchDecoder(11).decode).toBe(decode);
  });
});

it('refuses a kafkajs without such an answer', () => {
  expect(() => fetchDecoder(11, () => ({}))).toThrow(expect.objectContaining({ code: 'dependency-missing' }));
});
