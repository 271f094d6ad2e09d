/**
 * The connections to the brokers that kafkajs keeps for itself. Only through them a partition can be read without a
 * consumer group (docs/decisions/0009-range-reader.md).
 */
import type { Broker, BrokerMetadata, Kafka } from 'kafkajs';
import { CallmatchError } from '../errors.ts';

const CREATE_CLUSTER = 'private:Kafka:createCluster';
/** Isolation levels of the protocol. */
export const READ_UNCOMMITTED = 0;
/** Nothing of a transaction that is open or aborted. */
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
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly messages: readonly DecodedMessage[];
}

/** A broker with what kafkajs does not tell of its answers, and a request that is missing in its types. */
export interface PooledBroker {
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

export interface BrokerPool {
  /** Connects to one of the configured brokers, if it is not connected to any. */
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Asks a broker for the brokers of the cluster and for the leaders of the topics. */
  refreshMetadata(topics: readonly string[]): Promise<unknown>;
  /** What the last refresh has brought. */
  readonly metadata: BrokerMetadata | null;
  /** Connects to it, if it is not connected. */
  findBroker(node: { readonly nodeId: string }): Promise<PooledBroker>;
}

/** Connects to nothing yet. Throws `dependency-missing` when this kafkajs has none of that shape. */
export function createBrokerPool(kafka: Kafka): BrokerPool {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
  const create: unknown = symbol && Reflect.get(kafka, symbol);
  const cluster: unknown = typeof create === 'function' ? create({ allowAutoTopicCreation: false }) : undefined;
  const pool: unknown = isObject(cluster) ? Reflect.get(cluster, 'brokerPool') : undefined;
  if (!isBrokerPool(pool)) throw unfit(`${CREATE_CLUSTER}, brokerPool`);
  return pool;
}

function isBrokerPool(value: unknown): value is BrokerPool {
  return hasMethods(value, ['connect', 'disconnect', 'refreshMetadata', 'findBroker']) && 'metadata' in value;
}

/** Throws `dependency-missing` like `createBrokerPool`; brokers are there only when connected. */
export function requireRequests(broker: PooledBroker): PooledBroker {
  if (!hasMethods(broker, ['fetch', 'listOffsets'])) throw unfit('broker');
  return broker;
}

function hasMethods(value: unknown, names: readonly string[]): value is object {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function unfit(what: string): CallmatchError {
  return new CallmatchError('dependency-missing', `the installed kafkajs is not as in version 2.2.4 (${what})`);
}
