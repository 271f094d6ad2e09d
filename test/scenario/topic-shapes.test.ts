/** Topics of other shapes than one record after the other: batches larger than the window, transactions, gaps. */
import { ConfigResourceTypes, type Message } from 'kafkajs';
import { expect, it } from 'vitest';
import { readToEnd } from '../../src/kafka/topic-reader.ts';
import type { Processor } from '../../src/processor.ts';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { type Cluster, connectCluster, uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { javaProduce } from '../support/java-client.ts';

const MEGABYTE = 1_024 ** 2;

it('ends one gzip batch of 60,000 records, far more than a window, in order and in bounded memory', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, {
    partitions: 1,
    delivery: { ordering: { mode: 'key', by: 'portal' } },
  });
  const numbers = Array.from({ length: 60_000 }, (_, n) => n);
  const isCall = (n: number) => n % 1_000 === 0;
  const lines = numbers.map((n) =>
    JSON.stringify(isCall(n) ? answeredCall(`call-${n}`, n) : { direction: 'out', to: n }),
  );
  // Not by kafkajs, which copies the list of a batch for every record in it.
  await javaProduce(callmatch.source, lines, 'gzip', { batchBytes: 8_000_000 });
  const [first] = await cluster.consume(callmatch.source, 1);
  expect(first).toMatchObject({ batchContext: { lastOffsetDelta: numbers.length - 1 } });

  const before = process.memoryUsage.rss();
  const processor = await callmatch.start();
  let peak = before;
  await eventually(
    () => JSON.stringify(processor.status().partitions),
    async () => {
      peak = Math.max(peak, process.memoryUsage.rss());
      expect(processor.status().partitions[0]?.span ?? 0).toBeLessThanOrEqual(4_096);
      return (await callmatch.committed())[0] === numbers.length;
    },
  );
  expect(await processor.telemetry.count('callRead')).toBe(numbers.length);
  const ended = (await callmatch.outcomes()).map(({ sources: [source] }) => source?.offset);
  expect(ended).toEqual(numbers.filter(isCall));
  expect(callmatch.crm.stats().repeatedCallIds).toBe(0);
  // kafkajs makes some 100 MB of such a batch, 20 times over: more would mean that they are kept.
  expect((peak - before) / MEGABYTE).toBeLessThan(450);
});

it('leaves no lag behind a committed transaction', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, { partitions: 1 });
  await using transactions = await openTransactions(cluster, callmatch.source);
  const processor = await callmatch.start();
  await transactions.run('commit', ['a-1', 'a-2']);
  await transactions.run('abort', ['lost-1', 'lost-2']);
  await cluster.produce(callmatch.source, calls(['b-1', 'b-2']));
  await transactions.run('commit', ['c-1']);
  // 7 records, and a control record behind each of the transactions.
  await expectEnd(callmatch, processor, 10, ['a-1', 'a-2', 'b-1', 'b-2', 'c-1']);
});

it('submits nothing that was aborted, whatever its keys', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, { partitions: 1 });
  await using one = await openTransactions(cluster, callmatch.source);
  // The key of the control record behind an aborted transaction.
  const zero = Buffer.alloc(4);
  await one.run('abort', ['lost-1', 'lost-2'], zero);
  await one.run('commit', ['a-1', 'a-2'], zero);
  const processor = await callmatch.start();
  await cluster.produce(callmatch.source, calls(['b-1']));
  // 5 records, and a control record behind each of the transactions.
  await expectEnd(callmatch, processor, 7, ['a-1', 'a-2', 'b-1']);
});

it('submits nothing of aborted transactions that overlap with others', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, { partitions: 1 });
  await using outer = await openTransactions(cluster, callmatch.source);
  await using inner = await openTransactions(cluster, callmatch.source);
  await using kept = await openTransactions(cluster, callmatch.source);
  const [first, second, third] = [await outer.begin(), await inner.begin(), await kept.begin()];
  await first.send(...calls(['lost-1']));
  await second.send(...calls(['lost-2']));
  await third.send(...calls(['a-1']));
  await second.end('abort');
  await first.send(...calls(['lost-3']));
  await third.end('commit');
  await cluster.produce(callmatch.source, calls(['b-1']));
  await first.send(...calls(['lost-4']));
  await first.end('abort');
  const processor = await callmatch.start();
  await expectEnd(callmatch, processor, 9, ['a-1', 'b-1']);
});

it('passes over an aborted transaction that is longer than the window while calls before it are open', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, {
    partitions: 1,
    crm: { latency: '300ms' },
    delivery: { window: 64 },
  });
  await using transactions = await openTransactions(cluster, callmatch.source);
  const ids = Array.from({ length: 50 }, (_, n) => `call-${n}`);
  const lost = Array.from({ length: 500 }, (_, n) => `lost-${n}`);
  await transactions.run('commit', ids);
  await transactions.run('abort', lost);
  const processor = await callmatch.start();
  await expectEnd(callmatch, processor, ids.length + lost.length + 2, ids);
});

it('leaves no lag behind an aborted transaction', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, { partitions: 1 });
  await using transactions = await openTransactions(cluster, callmatch.source);
  const processor = await callmatch.start();
  await transactions.run('commit', ['a-1']);
  await expectEnd(callmatch, processor, 2, ['a-1']);
  await transactions.run('abort', ['lost-1', 'lost-2']);
  await expectEnd(callmatch, processor, 5, ['a-1']);
});

it('reads a compacted topic to its end over gaps of every size', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, { partitions: 1, delivery: { window: 64 } });
  const { source } = callmatch;
  await setTopicConfig(cluster, source, {
    'cleanup.policy': 'compact',
    'segment.ms': '200',
    'min.cleanable.dirty.ratio': '0.01',
  });
  const ids = Array.from({ length: 400 }, (_, n) => `call-${n}`);
  // Of the first half every other one is superseded, of the second half all: gaps of one, and one beyond the window.
  const again = ids.filter((_, n) => n % 2 === 1 || n >= 200);
  await cluster.produce(source, calls(ids));
  await cluster.produce(source, calls(again));
  await eventually(
    () => 'the log cleaner has come by; it does every 15 s',
    async () => {
      // Only a segment that is no longer written to is compacted.
      await cluster.produce(source, calls(['last']));
      const keys = await keysOf(callmatch);
      return keys.filter((key) => key !== 'last').length === ids.length;
    },
    40_000,
  );
  const processor = await callmatch.start();
  const [end] = await cluster.admin.fetchTopicOffsets(source);
  await expectEnd(callmatch, processor, Number(end?.high), [...ids, 'last']);
});

it('reads on behind a segment of which compaction has left nothing but the head of a batch', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, { partitions: 1 });
  const { source } = callmatch;
  // A batch fills more than half a segment: each has one to itself, and compaction cannot join two of them.
  await setTopicConfig(cluster, source, { 'segment.bytes': String(MEGABYTE) });
  const ids = Array.from({ length: 100 }, (_, n) => `call-${n}`);
  const superseded = ids.slice(20, 80);
  await cluster.produce(source, filling(0.6 * MEGABYTE, ids.slice(0, 20)));
  await produceIdempotent(cluster, source, filling(0.6 * MEGABYTE, superseded));
  for (const some of [superseded, ids.slice(80), ['last']]) {
    await cluster.produce(source, filling(0.6 * MEGABYTE, some));
  }
  await setTopicConfig(cluster, source, {
    'segment.bytes': String(MEGABYTE),
    'cleanup.policy': 'compact',
    'min.cleanable.dirty.ratio': '0.01',
  });
  await eventually(
    () => 'the log cleaner has come by; it does every 15 s',
    async () => (await keysOf(callmatch)).length === ids.length + 1,
    40_000,
  );
  const processor = await callmatch.start();
  await expectEnd(callmatch, processor, ids.length + superseded.length + 1, [...ids, 'last']);
});

async function setTopicConfig(cluster: Cluster, topic: string, config: Readonly<Record<string, string>>) {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  await cluster.admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  });
}

/** Its last batch is kept when all records in it are superseded, because it has the producer's sequence number. */
async function produceIdempotent(cluster: Cluster, topic: string, messages: Message[]): Promise<void> {
  const producer = cluster.kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}

async function openTransactions(cluster: Cluster, topic: string) {
  const producer = cluster.kafka.producer({
    transactionalId: uniqueName('transactions'),
    maxInFlightRequests: 1,
    idempotent: true,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  const begin = async () => {
    const transaction = await producer.transaction();
    return {
      async send(...messages: Message[]) {
        await transaction.send({ topic, messages });
      },
      end: (end: 'commit' | 'abort') => transaction[end](),
    };
  };
  return {
    begin,
    /** @param key of all records; by default each has its id. */
    async run(end: 'commit' | 'abort', ids: readonly string[], key?: Buffer) {
      const transaction = await begin();
      await transaction.send(...calls(ids).map((message) => (key === undefined ? message : { ...message, key })));
      await transaction.end(end);
    },
    [Symbol.asyncDispose]: () => producer.disconnect(),
  };
}

async function keysOf({ kafka, source }: Callmatch): Promise<string[]> {
  const keys: string[] = [];
  await readToEnd(kafka, [source], ({ key }) => keys.push(String(key)));
  return keys;
}

/** Calls that have so many bytes together. */
function filling(bytes: number, ids: readonly string[]): Message[] {
  const padding = 'x'.repeat(bytes / ids.length);
  return calls(ids).map((call) => ({ ...call, headers: { padding } }));
}

function calls(ids: readonly string[]): Message[] {
  return ids.map((id, n) => ({ key: id, value: JSON.stringify(answeredCall(id, n)) }));
}

/** Everything below `end` is committed, which leaves no lag, and exactly these calls were submitted. */
async function expectEnd(callmatch: Callmatch, processor: Processor, end: number, ids: readonly string[]) {
  await eventually(
    () => JSON.stringify({ end, status: processor.status().partitions }),
    async () => (await callmatch.committed())[0] === end,
    10_000,
  );
  expect(processor.status().partitions[0]?.lag).toBe(0);
  expect((await callmatch.outcomes()).map(({ externalCallId }) => externalCallId).sort()).toEqual([...ids].sort());
}
