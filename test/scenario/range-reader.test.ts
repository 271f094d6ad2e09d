import { CompressionTypes, type Message, Partitioners, type Transaction } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createKafkaClient, type KafkaClient } from '../../src/kafka/client.ts';
import type { OffsetRange, RangeReader, ReadRecord } from '../../src/kafka/range-reader.ts';
import { type Cluster, connectCluster, uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

let cluster: Cluster;
let reader: RangeReader;

beforeAll(async () => {
  cluster = await connectCluster();
  reader = (await clientOf(cluster.brokers)).reader();
});
afterAll(async () => {
  await reader[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

async function clientOf(brokers: readonly string[]): Promise<KafkaClient> {
  const config = configSchema.parse({ kafka: { brokers: [...brokers] }, portals: { main: { token: 'sim-main' } } });
  return createKafkaClient(config.kafka, () => {});
}

/** `0`, `1`, …: values that say where they stand in a topic without gaps. */
const numbered = (count: number, first = 0): Message[] =>
  Array.from({ length: count }, (_, index) => ({ value: String(first + index) }));

interface Read {
  readonly next: number;
  readonly offsets: readonly number[];
  readonly values: readonly string[];
}

async function read(topic: string, range: OffsetRange, partition = 0): Promise<Read> {
  const records: ReadRecord[] = [];
  const next = await reader.read({ topic, partition }, range, (record) => records.push(record));
  return {
    next,
    offsets: records.map(({ offset }) => offset),
    values: records.map(({ value }) => String(value)),
  };
}

async function beginTransaction(): Promise<Transaction & AsyncDisposable> {
  const producer = cluster.kafka.producer({
    transactionalId: uniqueName('transaction'),
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  return Object.assign(transaction, { [Symbol.asyncDispose]: () => producer.disconnect() });
}

/** The markers of a transaction are written after its end was acknowledged. */
async function untilEnd(topic: string, offset: number): Promise<void> {
  const ends = async () => (await reader.bounds(topic)).map(({ end }) => end);
  await eventually(
    () => `${topic} ends at ${offset}`,
    async () => (await ends()).includes(offset),
  );
}

/** The same while another transaction is open. */
async function untilWritten(topic: string, offset: number): Promise<void> {
  await eventually(
    () => `${topic} has ${offset} records and markers`,
    async () => (await reader.bounds(topic))[0]?.highWatermark === offset,
  );
}

describe('a range', () => {
  it('is read with all that a record has', async () => {
    const topic = await cluster.createTopic('range', 2);
    const header = ['a', 'b'];
    const message = { partition: 1, key: 'key', value: 'value', timestamp: '1700000000000', headers: { header } };
    await cluster.produce(topic, [message, { partition: 1, key: null, value: null, timestamp: '1700000000001' }]);
    const records: ReadRecord[] = [];
    await reader.read({ topic, partition: 1 }, { from: 0 }, (record) => records.push(record));
    expect(records).toEqual([
      {
        topic,
        partition: 1,
        offset: 0,
        timestamp: 1_700_000_000_000,
        key: Buffer.from('key'),
        value: Buffer.from('value'),
        headers: { header: header.map((part) => Buffer.from(part)) },
      },
      { topic, partition: 1, offset: 1, timestamp: 1_700_000_000_001, key: null, value: null, headers: {} },
    ]);
  });

  it('of an empty partition is empty, wherever it begins', async () => {
    const topic = await cluster.createTopic('empty');
    expect(await read(topic, { from: 0 })).toEqual({ next: 0, offsets: [], values: [] });
    expect(await read(topic, { from: 0, to: 10 })).toEqual({ next: 0, offsets: [], values: [] });
    expect(await read(topic, { from: 5 }), 'it does not reach to there').toMatchObject({ next: 0 });
    expect(await reader.bounds(topic)).toEqual([{ partition: 0, start: 0, end: 0, highWatermark: 0 }]);
  });

  it.each([
    ['none', undefined],
    ['gzip', CompressionTypes.GZIP],
    ['snappy', CompressionTypes.Snappy],
    ['lz4', CompressionTypes.LZ4],
    ['zstd', CompressionTypes.ZSTD],
  ])('may begin and end in the middle of a batch (%s)', async (_, compression) => {
    const topic = await cluster.createTopic('codec');
    await cluster.produce(topic, numbered(10), compression);
    await cluster.produce(topic, numbered(10, 10), compression);
    expect(await read(topic, { from: 4, to: 16 })).toEqual({
      next: 16,
      offsets: numbered(12, 4).map(({ value }) => Number(value)),
      values: numbered(12, 4).map(({ value }) => value),
    });
    expect(await read(topic, { from: 19, to: 100 }), 'to the end').toMatchObject({ next: 20, values: ['19'] });
    expect(await read(topic, { from: 20 })).toMatchObject({ next: 20, values: [] });
    expect(await read(topic, { from: 7, to: 7 })).toMatchObject({ next: 7, values: [] });
  });

  it('ends where the partition ended when the reading began', async () => {
    const topic = await cluster.createTopic('growing');
    await cluster.produce(topic, numbered(3));
    let written: Promise<unknown> | undefined;
    const values: string[] = [];
    const next = await reader.read({ topic, partition: 0 }, { from: 0 }, ({ value }) => {
      written ??= cluster.produce(topic, numbered(3, 3));
      values.push(String(value));
    });
    await written;
    expect(next).toBe(3);
    expect(values).toEqual(['0', '1', '2']);
  });

  it('is read from the start of the log when that has moved', async () => {
    const topic = await cluster.createTopic('retention');
    await cluster.produce(topic, numbered(10));
    // The admin client deletes only in topics that it has asked about before.
    await cluster.admin.fetchTopicOffsets(topic);
    await cluster.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] });
    expect(await reader.bounds(topic)).toEqual([{ partition: 0, start: 6, end: 10, highWatermark: 10 }]);
    expect(await read(topic, { from: 0 })).toMatchObject({ next: 10, values: ['6', '7', '8', '9'] });
    expect(await read(topic, { from: 0, to: 3 })).toMatchObject({ next: 6, values: [] });
  });

  it('can be left early', async () => {
    const topic = await cluster.createTopic('early');
    await cluster.produce(topic, numbered(10));
    const values: string[] = [];
    const next = await reader.read({ topic, partition: 0 }, { from: 2 }, ({ value }) => values.push(String(value)) < 3);
    expect(next).toBe(5);
    expect(values).toEqual(['2', '3', '4']);
  });

  it('may have records larger than what is fetched at a time', async () => {
    const topic = await cluster.createTopic('large', 1, { 'max.message.bytes': '5000000' });
    const large = 'x'.repeat(3_000_000);
    await cluster.produce(topic, [{ value: large }]);
    await cluster.produce(topic, [{ value: 'small' }]);
    expect(await read(topic, { from: 0 })).toMatchObject({ next: 2, values: [large, 'small'] });
  });

  it('is read beside others by the same reader', async () => {
    const topic = await cluster.createTopic('beside', 6);
    // Every leader answers this, else kafkajs would write all again when one does not take its records yet.
    await reader.bounds(topic);
    const messages = numbered(600).map((message, index) => ({ ...message, partition: index % 6 }));
    await cluster.produce(topic, messages);
    const reads = await Promise.all(Array.from({ length: 6 }, (_, partition) => read(topic, { from: 0 }, partition)));
    for (const [partition, { next, values }] of reads.entries()) {
      expect(next).toBe(100);
      expect(values).toEqual(messages.filter((message) => message.partition === partition).map(({ value }) => value));
    }
  });
});

describe('transactions', () => {
  it('that were aborted are left out, also where nothing else is there', async () => {
    const topic = await cluster.createTopic('aborted');
    await cluster.produce(topic, [{ value: 'before' }]);
    await using aborted = await beginTransaction();
    await aborted.send({ topic, messages: numbered(3) });
    await aborted.abort();
    await untilEnd(topic, 5);
    expect(await read(topic, { from: 0 }), 'the marker has an offset').toMatchObject({ next: 5, offsets: [0] });
    expect(await read(topic, { from: 1 })).toMatchObject({ next: 5, offsets: [] });
    expect(await read(topic, { from: 4 }), 'only the marker').toMatchObject({ next: 5, offsets: [] });
    await using committed = await beginTransaction();
    await committed.send({ topic, messages: [{ value: 'after' }] });
    await committed.commit();
    await untilEnd(topic, 7);
    expect(await read(topic, { from: 2 })).toMatchObject({ next: 7, offsets: [5], values: ['after'] });
  });

  it('that are open end the range', async () => {
    const topic = await cluster.createTopic('open');
    await cluster.produce(topic, [{ value: 'before' }]);
    await using open = await beginTransaction();
    await open.send({ topic, messages: [{ value: 'open' }] });
    await cluster.produce(topic, [{ value: 'after' }]);
    expect(await reader.bounds(topic)).toEqual([{ partition: 0, start: 0, end: 1, highWatermark: 3 }]);
    expect(await read(topic, { from: 0 })).toMatchObject({ next: 1, values: ['before'] });
    expect(await read(topic, { from: 2 }), 'it must not go back').toMatchObject({ next: 2, values: [] });
    await open.commit();
    await untilEnd(topic, 4);
    expect(await read(topic, { from: 1 })).toMatchObject({ next: 4, values: ['open', 'after'] });
  });

  it('may overlap, and end in another order than they began', async () => {
    const topic = await cluster.createTopic('overlapping');
    await using first = await beginTransaction();
    await using second = await beginTransaction();
    const send = (transaction: Transaction, value: string) => transaction.send({ topic, messages: [{ value }] });
    await send(first, 'first 0');
    await send(second, 'second 1');
    await send(first, 'first 2');
    await second.abort();
    await untilWritten(topic, 4);
    await cluster.produce(topic, [{ value: 'committed' }]);
    await send(first, 'first 5');
    await first.abort();
    await untilEnd(topic, 7);
    expect(await read(topic, { from: 0 })).toMatchObject({ next: 7, offsets: [4], values: ['committed'] });
    expect(await read(topic, { from: 1 })).toMatchObject({ values: ['committed'] });
    expect(await read(topic, { from: 2 })).toMatchObject({ values: ['committed'] });
  });
});

describe('what cannot be read', () => {
  it('is a topic that is not there', async () => {
    const topic = uniqueName('missing');
    await expect(reader.bounds(topic)).rejects.toMatchObject({ code: 'topic-missing' });
    await expect(read(topic, { from: 0 })).rejects.toMatchObject({ code: 'topic-missing' });
  });

  it('is anything, once the signal aborts or the reader is closed', async () => {
    const topic = await cluster.createTopic('abort');
    await cluster.produce(topic, numbered(2));
    const abort = new AbortController();
    const values: unknown[] = [];
    const reading = reader.read(
      { topic, partition: 0 },
      { from: 0 },
      ({ value }) => {
        values.push(value);
        abort.abort(new Error('enough'));
      },
      abort.signal,
    );
    await expect(reading).rejects.toThrow('enough');
    expect(values).toHaveLength(1);
    const closed = (await clientOf(cluster.brokers)).reader();
    await closed[Symbol.asyncDispose]();
    await expect(closed.bounds(topic)).rejects.toThrow('closed');
  });
});
