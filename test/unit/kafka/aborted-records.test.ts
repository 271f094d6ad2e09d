import { beforeAll, describe, expect, it } from 'vitest';
import { batchPrototype, cureAbortedRecords } from '../../../src/kafka/aborted-records.ts';

interface ReadBatch {
  readonly messages: readonly { readonly offset: string; readonly key: Buffer | null }[];
  lastOffset(): string;
}

const ZERO = Buffer.alloc(4);
const record = (offset: number, producerId: string, key: Buffer | null) => {
  return { offset: String(offset), key, isControlRecord: false, batchContext: { producerId, inTransaction: true } };
};
/** The record that the broker writes when a transaction is aborted. */
const abort = (offset: number, producerId: string) => ({ ...record(offset, producerId, ZERO), isControlRecord: true });

/** The batch that kafkajs makes of these. */
function read(messages: object[], aborted: readonly (readonly [producerId: string, firstOffset: number])[]): ReadBatch {
  const abortedTransactions = aborted.map(([producerId, first]) => ({ producerId, firstOffset: String(first) }));
  const answer = { partition: 0, highWatermark: '9', messages, abortedTransactions };
  return Reflect.construct(batchPrototype().constructor, ['calls.cdr', '0', answer]);
}

const offsets = ({ messages }: ReadBatch) => messages.map(({ offset }) => Number(offset));

describe('cureAbortedRecords', () => {
  beforeAll(() => cureAbortedRecords());

  it('leaves out all of an aborted transaction, whatever the keys in it', () => {
    const messages = [record(0, '7', null), record(1, '7', ZERO), record(2, '7', Buffer.from('x')), abort(3, '7')];
    expect(offsets(read(messages, [['7', 0]]))).toEqual([]);
  });

  it('ends it at its own control record, and gives the records of others as they are', () => {
    const messages = [record(0, '7', ZERO), record(1, '8', ZERO), abort(2, '7'), record(3, '7', ZERO)];
    const batch = read(messages, [['7', 0]]);
    expect(offsets(batch)).toEqual([1, 3]);
    expect(batch.messages.map(({ key }) => key)).toEqual([ZERO, ZERO]);
    expect(batch.lastOffset()).toBe('3');
  });

  it('gives everything but control records where nothing was aborted', () => {
    expect(offsets(read([record(0, '7', ZERO), { ...abort(1, '7') }, record(2, '7', null)], []))).toEqual([0, 2]);
  });

  it('changes nothing when it is called again', () => {
    cureAbortedRecords();
    expect(offsets(read([record(0, '7', ZERO), abort(1, '7')], [['7', 0]]))).toEqual([]);
  });
});
