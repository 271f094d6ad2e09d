import { describe, expect, it } from 'vitest';
import type { BrokerPool, PooledBroker } from '../../../src/kafka/broker-pool.ts';
import type { FetchRequest } from '../../../src/kafka/fetch-request.ts';
import { createPartitionLogs } from '../../../src/kafka/partition-logs.ts';

const RECORDS = { messages: [{ offset: '7', key: null, value: null }], aborted: [], next: 8 };
const protocolError = (type: string) => Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type });
const turn = () => new Promise(setImmediate);

/** Brokers 1 and 2, of which one leads partition 0 and the other partition 1. A real cluster does not move on command. */
class ScriptedPool implements BrokerPool {
  /** Who leads partition 0. */
  leader = 1;
  /** What a fetch of any partition gives. */
  records = RECORDS;
  bounds = { start: 3, end: 8, highWatermark: 9 };
  /** Every request: its name, and the broker it went to. */
  readonly requests: string[] = [];
  /** Most requests that were on their way to one broker at the same time. */
  mostAtOnce = 0;
  metadata: BrokerPool['metadata'] = null;
  isDown = false;

  async connect() {}

  async disconnect() {
    this.requests.push('disconnect');
  }

  async refreshMetadata([topic = '']: readonly string[]) {
    this.requests.push(`metadata ${topic}`);
    await turn();
    if (topic === 'missing') throw protocolError('UNKNOWN_TOPIC_OR_PARTITION');
    const partitionMetadata = [this.leader, 3 - this.leader].map((leader, partitionId) => ({
      partitionId,
      leader,
      partitionErrorCode: 0,
      replicas: [1, 2],
      isr: [1, 2],
    }));
    this.metadata = { brokers: [], topicMetadata: [{ topic, topicErrorCode: 0, partitionMetadata }] };
  }

  async findBroker({ nodeId }: { readonly nodeId: string }): Promise<PooledBroker> {
    if (this.isDown) {
      this.requests.push(`connect ${nodeId}`);
      await turn();
      throw new Error('connection refused');
    }
    let onTheWay = 0;
    const request = async (name: string) => {
      onTheWay += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, onTheWay);
      this.requests.push(`${name} ${nodeId}`);
      await turn();
      onTheWay -= 1;
    };
    return {
      connectionPool: {
        send: async ({ request: question }) => {
          await request('fetch');
          // Type: made by `fetchRequest` below.
          const { partition, offset } = question as { partition: number; offset: number };
          if (partition === 0 && nodeId !== String(this.leader)) throw protocolError('NOT_LEADER_FOR_PARTITION');
          if (offset < this.bounds.start || offset > this.bounds.highWatermark)
            throw Object.assign(new Error('outside'), { name: 'KafkaJSOffsetOutOfRange' });
          const answer = { partition, errorCode: 0, ...this.records };
          return {
            throttleTime: 0,
            clientSideThrottleTime: 0,
            responses: [{ topicName: 'calls', partitions: [answer] }],
          };
        },
      },
      listOffsets: async ({ isolationLevel, topics: [wanted] }) => {
        await request('offsets');
        const partitions = (wanted?.partitions ?? []).map(({ partition, timestamp }) => {
          const latest = isolationLevel === 0 ? this.bounds.highWatermark : this.bounds.end;
          return { partition, offset: String(timestamp === -2 ? this.bounds.start : latest) };
        });
        return { responses: [{ partitions }] };
      },
    };
  }
}

/** Readable, where a real one is bytes. Nothing decodes the answer. */
const fetchRequest = (at: object, offset: number) => ({ request: { ...at, offset } }) as unknown as FetchRequest;

function setUp() {
  const pool = new ScriptedPool();
  const logs = createPartitionLogs(pool, fetchRequest);
  return { pool, logs, fetch: (offset: number, partition = 0) => logs.fetch({ topic: 'calls', partition }, offset) };
}

const OFFSETS = ['offsets 1', 'offsets 1', 'offsets 1'];

describe('PartitionLogs', () => {
  it('looks the leaders of a topic up once, and asks each for its partitions', async () => {
    const { pool, fetch } = setUp();
    const answers = await Promise.all([fetch(5), fetch(5, 1), fetch(6)]);
    expect(answers[0]).toMatchObject({ kind: 'records', ...RECORDS });
    expect(pool.requests.toSorted()).toEqual(['fetch 1', 'fetch 1', 'fetch 2', 'metadata calls']);
    expect(pool.mostAtOnce, 'what they bring is in memory').toBe(1);
  });

  it('looks them up anew after a failure', async () => {
    const { pool, fetch } = setUp();
    await fetch(5);
    pool.leader = 2;
    await expect(fetch(5)).rejects.toThrow('NOT_LEADER');
    await fetch(5);
    expect(pool.requests).toEqual(['metadata calls', 'fetch 1', 'fetch 1', 'metadata calls', 'fetch 2']);
  });

  it('waits for a broker that is down once for all reads', async () => {
    const { pool, fetch } = setUp();
    pool.isDown = true;
    const reads = await Promise.allSettled([fetch(5), fetch(6), fetch(7)]);
    expect(reads.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(pool.requests).toEqual(['metadata calls', 'connect 1']);
    pool.isDown = false;
    await fetch(5);
    expect(pool.requests).toEqual(['metadata calls', 'connect 1', 'metadata calls', 'fetch 1']);
  });

  it('does not take an answer without anything for the end', async () => {
    const { pool, fetch } = setUp();
    pool.records = { messages: [], aborted: [], next: 5 };
    await expect(fetch(5)).rejects.toThrow('nothing at offset 5 of calls/0');
    pool.records = { messages: [], aborted: [], next: 6 };
    expect(await fetch(5), 'a batch of which all records are gone').toMatchObject({ kind: 'records', next: 6 });
    expect(pool.requests).toEqual(['metadata calls', 'fetch 1', 'metadata calls', 'fetch 1']);
  });

  it('tells where the log is when the offset is outside', async () => {
    const { pool, fetch } = setUp();
    const outside = { kind: 'outside', bounds: { partition: 0, start: 3, end: 8, highWatermark: 9 } };
    expect(await fetch(2)).toEqual(outside);
    expect(await fetch(10)).toEqual(outside);
    expect(pool.requests).toEqual(['metadata calls', 'fetch 1', ...OFFSETS, 'fetch 1', ...OFFSETS]);
  });

  it('gives the bounds of all partitions in their order, or of those that are wanted', async () => {
    const { pool, logs } = setUp();
    pool.leader = 2;
    const all = await logs.bounds('calls');
    expect(all.map(({ partition }) => partition)).toEqual([0, 1]);
    expect(await logs.bounds('calls', [1])).toEqual([{ partition: 1, start: 3, end: 8, highWatermark: 9 }]);
    expect(pool.requests.slice(-3)).toEqual(OFFSETS);
  });

  it('does not let a missing topic or partition pass for an empty one', async () => {
    const { logs, fetch } = setUp();
    const missing = { type: 'UNKNOWN_TOPIC_OR_PARTITION' };
    await expect(logs.bounds('missing')).rejects.toMatchObject(missing);
    await expect(logs.bounds('calls', [2])).rejects.toMatchObject(missing);
    await expect(fetch(0, 2)).rejects.toMatchObject(missing);
  });

  it('disconnects when it is closed', async () => {
    const { pool, logs } = setUp();
    await logs[Symbol.asyncDispose]();
    expect(pool.requests).toEqual(['disconnect']);
  });
});
