/** Logs of partitions at the brokers that lead them: one request, one answer, no second try. */
import type { TopicPartition } from './delivery.ts';
import {
  type AbortedTransaction,
  type ClusterBroker,
  type DecodedMessage,
  type KafkajsCluster,
  READ_COMMITTED,
  requireBrokerRequests,
} from './kafkajs-cluster.ts';

export interface PartitionBounds {
  readonly partition: number;
  /** Lowest offset that is still there. */
  readonly start: number;
  /** The last stable offset: everything below is decided, no transaction below is open. */
  readonly end: number;
}

export type Fetched =
  | {
      readonly kind: 'messages';
      /** Whole batches: the first one may begin below the offset that was asked for. Empty at the end. */
      readonly messages: readonly DecodedMessage[];
      readonly aborted: readonly AbortedTransaction[];
      readonly end: number;
    }
  /** There is no such offset (any more). */
  | ({ readonly kind: 'outside' } & PartitionBounds);

/** Throws what kafkajs throws. After a failure the leaders of the topic are looked up anew by the next request. */
export interface PartitionLogs extends AsyncDisposable {
  /** Does not wait for records. */
  fetch(partition: TopicPartition, offset: number): Promise<Fetched>;
  /** Of all partitions of the topic, in their order. */
  bounds(topic: string): Promise<readonly PartitionBounds[]>;
}

/** A broker sends at least one batch, however large. */
const LARGEST_FETCH = 1024 * 1024;
/** Only for a log in remote storage: what a broker has itself comes at once, as no bytes are asked for. */
const LONGEST_WAIT_MS = 500;
/** "Timestamps" of the two ends in ListOffsets. */
const EARLIEST = -2;
const LATEST = -1;

type Leaders = ReadonlyMap<number, string>;

export function createPartitionLogs(cluster: KafkajsCluster): PartitionLogs {
  const leadersByTopic = new Map<string, Leaders>();
  const inTurn = createTurns();

  const leadersOf = async (topic: string): Promise<Leaders> => {
    const known = leadersByTopic.get(topic);
    if (known !== undefined) return known;
    await cluster.connect();
    const metadata = await cluster.metadata({ topics: [topic] });
    const found = metadata?.topicMetadata.find((entry) => entry.topic === topic);
    if (found === undefined) throw new Error(`no broker tells who leads ${topic}`);
    const leaders = new Map(found.partitionMetadata.map(({ partitionId, leader }) => [partitionId, String(leader)]));
    leadersByTopic.set(topic, leaders);
    return leaders;
  };

  const withLeaders = async <Answer>(topic: string, ask: (leaders: Leaders) => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask(await inTurn('metadata', () => leadersOf(topic)));
    } catch (error) {
      leadersByTopic.delete(topic);
      throw error;
    }
  };

  const withBroker = <Answer>(nodeId: string, ask: (broker: ClusterBroker) => Promise<Answer>): Promise<Answer> =>
    inTurn(nodeId, async () => ask(requireBrokerRequests(await cluster.findBroker({ nodeId }))));

  const boundsAt = (nodeId: string, topic: string, partitions: readonly number[]): Promise<PartitionBounds[]> =>
    withBroker(nodeId, async (broker) => {
      const offsets = async (timestamp: number) => {
        const wanted = { topic, partitions: partitions.map((partition) => ({ partition, timestamp })) };
        const { responses } = await broker.listOffsets({ isolationLevel: READ_COMMITTED, topics: [wanted] });
        const found = responses.flatMap((response) => response.partitions);
        return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
      };
      const starts = await offsets(EARLIEST);
      const ends = await offsets(LATEST);
      return partitions.map((partition) => {
        const start = starts.get(partition);
        const end = ends.get(partition);
        if (start === undefined || end === undefined) throw new Error(`no offsets of ${topic}/${partition}`);
        return { partition, start, end };
      });
    });

  const fetchAt = (nodeId: string, { topic, partition }: TopicPartition, offset: number): Promise<Fetched> =>
    withBroker(nodeId, async (broker) => {
      const wanted = { partition, fetchOffset: String(offset), maxBytes: LARGEST_FETCH };
      const { responses } = await broker.fetch({
        maxWaitTime: LONGEST_WAIT_MS,
        minBytes: 0,
        maxBytes: LARGEST_FETCH,
        isolationLevel: READ_COMMITTED,
        topics: [{ topic, partitions: [wanted] }],
      });
      const answer = responses[0]?.partitions[0];
      if (answer === undefined) throw new Error(`no answer about ${topic}/${partition}`);
      const { messages, abortedTransactions: aborted, lastStableOffset } = answer;
      return { kind: 'messages', messages, aborted, end: Number(lastStableOffset) };
    });

  return {
    fetch: (at, offset) =>
      withLeaders(at.topic, async (leaders): Promise<Fetched> => {
        const leader = leaders.get(at.partition);
        if (leader === undefined) throw new Error(`${at.topic} has no partition ${at.partition}`);
        try {
          return await fetchAt(leader, at, offset);
        } catch (error) {
          if (!isOutOfRange(error)) throw error;
          const [bounds] = await boundsAt(leader, at.topic, [at.partition]);
          if (bounds === undefined) throw error;
          return { kind: 'outside', ...bounds };
        }
      }),
    bounds: (topic) =>
      withLeaders(topic, async (leaders) => {
        const byLeader = Map.groupBy(leaders.keys(), (partition) => leaders.get(partition) ?? '');
        const bounds = await Promise.all([...byLeader].map(([nodeId, led]) => boundsAt(nodeId, topic, led)));
        return bounds.flat().sort((a, b) => a.partition - b.partition);
      }),
    [Symbol.asyncDispose]: () => cluster.disconnect(),
  };
}

/**
 * Runs tasks of one name one after the other. kafkajs opens a connection twice when two requests find it closed, and
 * mixes up their answers; besides, a fetch at a time and broker bounds the memory, and a broker answers a connection's
 * requests in turn anyway.
 */
function createTurns() {
  const tails = new Map<string, Promise<unknown>>();
  return <Result>(name: string, task: () => Promise<Result>): Promise<Result> => {
    const turn = (tails.get(name) ?? Promise.resolve()).then(task, task);
    tails.set(name, turn);
    return turn;
  };
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && error.name === 'KafkaJSOffsetOutOfRange';
}
