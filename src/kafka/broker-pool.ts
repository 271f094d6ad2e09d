/**
 * The connections to the brokers that kafkajs keeps for itself. Only through them a partition can be read without a
 * consumer group (docs/decisions/0013-reading-without-a-group.md).
 */
import type { BrokerMetadata, Kafka } from 'kafkajs';
import type { FetchRequest } from './fetch-request.ts';
import { hasMethods, isObject, unfit } from './kafkajs-class.ts';

const CREATE_CLUSTER = 'private:Kafka:createCluster';
/** A broker with a request that is missing in the types of kafkajs, and what sends the requests that we make. */
export interface PooledBroker {
  readonly connectionPool: { send(request: FetchRequest): ReturnType<FetchRequest['response']['parse']> };
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
  if (!isBrokerPool(pool)) throw unfit(`brokerPool in what ${CREATE_CLUSTER} makes`);
  return pool;
}

function isBrokerPool(value: unknown): value is BrokerPool {
  return hasMethods(value, ['connect', 'disconnect', 'refreshMetadata', 'findBroker']) && 'metadata' in value;
}

/** Throws `dependency-missing` like `createBrokerPool`; brokers are there only when connected. */
export function requireRequests(broker: PooledBroker): PooledBroker {
  if (!hasMethods(broker, ['listOffsets']) || !hasMethods(broker.connectionPool, ['send']))
    throw unfit('broker with connectionPool.send and listOffsets');
  return broker;
}
