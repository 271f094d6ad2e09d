/** Logs of partitions at the brokers that lead them: one request, one answer, no second try. */
import { type BrokerPool, type PooledBroker, requireRequests } from './broker-pool.ts';
import type { TopicPartition } from './delivery.ts';
import { createFetchRequests, recordsOf } from './fetch-request.ts';
import type { FetchedRecords } from './fetch-response.ts';

export interface PartitionBounds {
  readonly partition: number;
  /** Lowest offset that is still there. */
  readonly start: number;
  /** The last stable offset: what lies below is decided, no transaction is open there. */
  readonly end: number;
  /** What lies below is acknowledged, if not decided. At `end` where no transaction is open. */
  readonly highWatermark: number;
}

export type Fetched =
  | ({ readonly kind: 'records' } & FetchedRecords)
  /** There is no such offset (any more). */
  | { readonly kind: 'outside'; readonly bounds: PartitionBounds };

/** Throws what kafkajs throws. After a failure the leaders of the topic are looked up anew by the next request. */
export interface PartitionLogs extends AsyncDisposable {
  /** Of an offset below the end of the partition. Throws when there is nothing: then the leader is in trouble. */
  fetch(partition: TopicPartition, offset: number): Promise<Fetched>;
  /** As their leaders know them. @param partitions default: all of the topic, in their order */
  bounds(topic: string, partitions?: readonly number[]): Promise<readonly PartitionBounds[]>;
}

/** Isolation levels of the protocol, with and without transactions that are open. */
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
/** "Timestamps" of the two ends in ListOffsets. */
const EARLIEST = -2;
const LATEST = -1;

/** Node ids by partition. */
type Leaders = ReadonlyMap<number, string>;

export function createPartitionLogs(pool: BrokerPool, fetchRequest = createFetchRequests()): PartitionLogs {
  const leadersByTopic = new Map<string, Leaders>();
  const inTurn = createTurns();
  const shared = createSharing();

  const leadersOf = async (topic: string): Promise<Leaders> =>
    leadersByTopic.get(topic) ?? shared(`leaders of ${topic}`, () => inTurn('metadata', () => lookUp(topic)));

  const lookUp = async (topic: string): Promise<Leaders> => {
    await pool.connect();
    await pool.refreshMetadata([topic]);
    const found = pool.metadata?.topicMetadata.find((entry) => entry.topic === topic);
    if (found === undefined) throw new Error(`no broker tells who leads ${topic}`);
    const leaders = new Map(found.partitionMetadata.map(({ partitionId, leader }) => [partitionId, String(leader)]));
    leadersByTopic.set(topic, leaders);
    return leaders;
  };

  const withLeaders = async <Answer>(topic: string, ask: (leaders: Leaders) => Promise<Answer>): Promise<Answer> => {
    const leaders = await leadersOf(topic);
    try {
      return await ask(leaders);
    } catch (error) {
      // Unless another read has looked them up since.
      if (leadersByTopic.get(topic) === leaders) leadersByTopic.delete(topic);
      throw error;
    }
  };

  const withBroker = async <Answer>(
    nodeId: string,
    ask: (broker: PooledBroker) => Promise<Answer>,
  ): Promise<Answer> => {
    const broker = await shared(`broker ${nodeId}`, () => pool.findBroker({ nodeId }));
    return inTurn(nodeId, () => ask(requireRequests(broker)));
  };

  const boundsAt = (nodeId: string, topic: string, partitions: readonly number[]): Promise<PartitionBounds[]> =>
    withBroker(nodeId, async (broker) => {
      const offsets = async (timestamp: number, isolationLevel: number) => {
        const wanted = { topic, partitions: partitions.map((partition) => ({ partition, timestamp })) };
        const { responses } = await broker.listOffsets({ isolationLevel, topics: [wanted] });
        const found = responses.flatMap((response) => response.partitions);
        return (partition: number) => {
          const offset = found.find((entry) => entry.partition === partition)?.offset;
          if (offset === undefined) throw new Error(`no offsets of ${topic}/${partition}`);
          return Number(offset);
        };
      };
      const startOf = await offsets(EARLIEST, READ_COMMITTED);
      const endOf = await offsets(LATEST, READ_COMMITTED);
      const highWatermarkOf = await offsets(LATEST, READ_UNCOMMITTED);
      return partitions.map((partition) => ({
        partition,
        start: startOf(partition),
        end: endOf(partition),
        highWatermark: highWatermarkOf(partition),
      }));
    });

  const fetchAt = (nodeId: string, at: TopicPartition, offset: number): Promise<Fetched> =>
    withBroker(nodeId, async ({ connectionPool }) => {
      const records = recordsOf(await connectionPool.send(fetchRequest(at, offset)));
      if (records === undefined || records.next <= offset) throw nothingAt(at, offset);
      return { kind: 'records', ...records };
    });

  return {
    fetch: (at, offset) =>
      withLeaders(at.topic, async (leaders): Promise<Fetched> => {
        const leader = leaderOf(leaders, at.topic, at.partition);
        try {
          return await fetchAt(leader, at, offset);
        } catch (error) {
          if (!isOutOfRange(error)) throw error;
          const [bounds] = await boundsAt(leader, at.topic, [at.partition]);
          const isOutside = bounds && (offset < bounds.start || offset > bounds.end);
          if (!isOutside) throw nothingAt(at, offset);
          return { kind: 'outside', bounds };
        }
      }),
    bounds: (topic, wanted) =>
      withLeaders(topic, async (leaders) => {
        const partitions = wanted ?? [...leaders.keys()];
        const byLeader = Map.groupBy(partitions, (partition) => leaderOf(leaders, topic, partition));
        const bounds = await Promise.all([...byLeader].map(([nodeId, led]) => boundsAt(nodeId, topic, led)));
        return bounds.flat().sort((a, b) => a.partition - b.partition);
      }),
    [Symbol.asyncDispose]: () => pool.disconnect(),
  };
}

/**
 * Runs tasks of one name one after the other: a fetch at a time and broker bounds the memory, and a broker answers a
 * connection's requests in turn anyway.
 */
function createTurns() {
  const tails = new Map<string, Promise<unknown>>();
  return <Result>(name: string, task: () => Promise<Result>): Promise<Result> => {
    const turn = (tails.get(name) ?? Promise.resolve()).then(task, task);
    tails.set(name, turn);
    return turn;
  };
}

/** Whoever wants the same while it is under way waits for the same: many reads shall not each wait for a dead broker. */
function createSharing() {
  const underWay = new Map<string, Promise<unknown>>();
  return <Result>(name: string, task: () => Promise<Result>): Promise<Result> => {
    // Type: one name always stands for the same task.
    const known = underWay.get(name) as Promise<Result> | undefined;
    if (known !== undefined) return known;
    const result = task().finally(() => underWay.delete(name));
    underWay.set(name, result);
    return result;
  };
}

function leaderOf(leaders: Leaders, topic: string, partition: number): string {
  const leader = leaders.get(partition);
  if (leader !== undefined) return leader;
  const error = new Error(`${topic} has no partition ${partition}`);
  // As a broker would say it.
  throw Object.assign(error, { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
}

function nothingAt({ topic, partition }: TopicPartition, offset: number): Error {
  return new Error(`nothing at offset ${offset} of ${topic}/${partition}, which is below its end`);
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && error.name === 'KafkaJSOffsetOutOfRange';
}
