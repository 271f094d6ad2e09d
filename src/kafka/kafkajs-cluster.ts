/**
 * The connections to the brokers that kafkajs keeps for itself. Only through them a partition can be read without a
 * consumer group (docs/decisions/0009-range-reader.md).
 */
import type { Broker, BrokerMetadata, Kafka } from 'kafkajs';
import { CallmatchError } from '../errors.ts';

const CREATE_CLUSTER = 'private:Kafka:createCluster';
/** As in the protocol: neither open nor aborted transactions. */
export const READ_COMMITTED = 1;

/** A record as kafkajs decodes it. Offsets and timestamps are decimal text. */
export interface DecodedMessage {
  readonly offset: string;
  /** Absent in messages from before Kafka 0.10. */
  readonly timestamp?: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
  /** Whether it is the marker that ends a transaction, which nobody wrote. */
  readonly isControlRecord?: boolean;
  /** The batch it came in; absent in messages from before Kafka 0.11. */
  readonly batchContext?: {
    readonly firstOffset: string;
    /** The last offset the batch had when it was written, less the first one: its records may be gone by compaction. */
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly inTransaction: boolean;
  };
}

export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

interface PartitionAnswer {
  readonly partition: number;
  readonly lastStableOffset: string;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly messages: readonly DecodedMessage[];
}

/** A broker with what kafkajs does not tell of its answers, and a request that is missing in its types. */
export interface ClusterBroker {
  fetch(
    request: Parameters<Broker['fetch']>[0],
  ): Promise<{ readonly responses: readonly { readonly partitions: readonly PartitionAnswer[] }[] }>;
  listOffsets(request: {
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }>;
}

export interface KafkajsCluster {
  /** Connects to one of the configured brokers, if it is not connected to any. */
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Asks a broker anew. Null when none of them answered. */
  metadata(query: { readonly topics: readonly string[] }): Promise<BrokerMetadata | null>;
  /** Connects to it, if it is not connected. */
  findBroker(node: { readonly nodeId: string }): Promise<ClusterBroker>;
}

/** Connects to nothing yet. Throws `dependency-missing` when this kafkajs has no cluster of that shape. */
export function createKafkajsCluster(kafka: Kafka): KafkajsCluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
  const create: unknown = symbol && Reflect.get(kafka, symbol);
  const cluster: unknown = typeof create === 'function' ? create({ allowAutoTopicCreation: false }) : undefined;
  if (!isCluster(cluster)) {
    const message = `the installed kafkajs has no cluster as in version 2.2.4 (${CREATE_CLUSTER})`;
    throw new CallmatchError('dependency-missing', message);
  }
  return cluster;
}

function isCluster(value: unknown): value is KafkajsCluster {
  return hasMethods(value, ['connect', 'disconnect', 'metadata', 'findBroker']);
}

/** Throws `dependency-missing` like `createKafkajsCluster`. */
export function requireBrokerRequests(broker: ClusterBroker): ClusterBroker {
  if (hasMethods(broker, ['fetch', 'listOffsets'])) return broker;
  throw new CallmatchError('dependency-missing', 'the installed kafkajs has no broker as in version 2.2.4');
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
