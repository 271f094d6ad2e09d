import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { brokerPrototype, cureAbortedRecords, type FetchingBroker } from '../../../src/kafka/aborted-records.ts';
import type { AbortedTransaction } from '../../../src/kafka/fetch-request.ts';

// kafkajs's own batch, which leaves out what was aborted. It has no type: applications see only what it gives.
const Batch: new (
  topic: string,
  offset: string,
  partition: object,
) => { readonly messages: readonly { readonly offset: string }[]; lastOffset(): string } = createRequire(
  import.meta.url,
)('kafkajs/src/consumer/batch.js');

const ZERO = Buffer.alloc(4);

function record(offset: number, producerId: string, key: Buffer | null = null) {
  const batchContext = { firstOffset: String(offset), lastOffsetDelta: 0, producerId, inTransaction: true };
  return { offset: String(offset), key, value: null, isControlRecord: false, batchContext };
}

/** The record that the broker writes when a transaction is aborted. */
function abort(offset: number, producerId: string) {
  return { ...record(offset, producerId, ZERO), isControlRecord: true };
}

function aborted(producerId: string, firstOffset: number): AbortedTransaction {
  return { producerId, firstOffset: String(firstOffset) };
}

/** What kafkajs gives of an answer of the broker. */
async function read(messages: ReturnType<typeof record>[], abortedTransactions: AbortedTransaction[] | null) {
  const partition = { partition: 0, highWatermark: '9', messages, abortedTransactions };
  const broker: FetchingBroker = { fetch: async () => ({ responses: [{ partitions: [partition] }] }) };
  cureAbortedRecords(broker);
  const { responses } = await broker.fetch({});
  const [answer] = responses[0]?.partitions ?? [];
  const batch = new Batch('t', '0', answer ?? {});
  return { offsets: batch.messages.map(({ offset }) => Number(offset)), last: batch.lastOffset() };
}

describe('cureAbortedRecords', () => {
  it('leaves out all of an aborted transaction, whatever the keys in it, and reads on behind it', async () => {
    const messages = [record(0, '7'), record(1, '7', ZERO), record(2, '7'), abort(3, '7')];
    expect(await read(messages, [aborted('7', 0)])).toEqual({ offsets: [], last: '3' });
  });

  it('leaves out transactions that were aborted in another order than begun', async () => {
    const messages = [record(0, '7'), record(1, '8'), abort(2, '8'), record(3, '7'), abort(4, '7'), record(5, '7')];
    expect(await read(messages, [aborted('8', 1), aborted('7', 0)])).toEqual({ offsets: [5], last: '5' });
  });

  it('gives the rest as it is', async () => {
    const messages = [record(0, '7', ZERO), record(1, '8', ZERO), abort(2, '7'), record(3, '7', ZERO)];
    expect(await read(messages, [aborted('7', 0)])).toEqual({ offsets: [1, 3], last: '3' });
    expect(await read(messages, null)).toEqual({ offsets: [0, 1, 3], last: '3' });
  });

  it('is a cure of what kafkajs has', () => {
    cureAbortedRecords();
    const { fetch } = brokerPrototype();
    cureAbortedRecords();
    expect(brokerPrototype().fetch).toBe(fetch);
  });
});
