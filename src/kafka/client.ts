/** The kafkajs client from the configuration: brokers, TLS, SASL, codecs, and its log as ours. */
import {
  type Admin,
  type Consumer,
  Kafka,
  type KafkaConfig,
  logLevel,
  type PartitionAssigner,
  Partitioners,
  type Producer,
} from 'kafkajs';
import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { readTlsFiles } from '../config/tls-files.ts';
import { createAccessTokens } from './access-token.ts';
import { takingTurns } from './admin-turns.ts';
import { createBrokerPool } from './broker-pool.ts';
import { connectionFailure } from './connection-failure.ts';
import { cureKafkajs } from './cures.ts';
import { oauthBearer } from './oauth-bearer.ts';
import { createPartitionLogs } from './partition-logs.ts';
import { createRangeReader, type RangeReader } from './range-reader.ts';

/** The admin client, for those who may not import kafkajs. */
export type KafkaAdmin = Admin;

export type KafkaLog = (level: 'error' | 'warn' | 'info' | 'debug', message: string, fields: object) => void;

export interface ConsumerSettings {
  readonly groupId: string;
  /** Milliseconds. */
  readonly sessionTimeout: number;
  /** Default: that of kafkajs, round robin. */
  readonly partitionAssigners?: PartitionAssigner[];
}

/** The `connect` of the first three throws `broker-unavailable` when no broker answers or lets us in. */
export interface KafkaClient {
  admin(): Admin;
  /** @param transactionalId of one that writes in transactions: a second one with this id puts an end to the first */
  producer(transactionalId?: string): Producer;
  consumer(settings: ConsumerSettings): Consumer;
  /** Connects when it is first used, and stays connected. Throws `dependency-missing` with another kafkajs than ours. */
  reader(clock?: Pick<Clock, 'now' | 'after'>): RangeReader;
}

/** Retries of kafkajs itself, before its error reaches us. Longer outages are waited for by our own loops. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 } as const;

/** After a kill the readers of a topic wait so long for what comes behind an open transaction. */
const TRANSACTION_TIMEOUT_MS = 10_000;

/** Throws `config-invalid` when a file of `kafka.tls` cannot be used. Connects to nothing yet. */
export async function createKafkaClient(config: Config['kafka'], log: KafkaLog): Promise<KafkaClient> {
  cureKafkajs();
  const ssl = config.tls && (await readTlsFiles(config.tls, 'kafka.tls'));
  const sasl = saslOptions(config.sasl);
  const kafka = new Kafka({
    brokers: [...config.brokers],
    clientId: config.clientId,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: RETRY,
    logLevel: logLevel.INFO,
    logCreator: () => bridge(log),
    ...(ssl !== undefined && { ssl }),
    ...(sasl !== undefined && { sasl }),
  });
  const explaining = <Client extends { connect(): Promise<void> }>(client: Client): Client => ({
    ...client,
    async connect() {
      try {
        await client.connect();
      } catch (error) {
        throw connectionFailure(error, config);
      }
    },
  });
  return {
    admin: () => explaining(checking(takingTurns(kafka.admin()))),
    producer: (transactionalId) =>
      explaining(
        kafka.producer({
          ...(transactionalId !== undefined && {
            transactionalId,
            idempotent: true,
            maxInFlightRequests: 1,
            transactionTimeout: TRANSACTION_TIMEOUT_MS,
          }),
          allowAutoTopicCreation: false,
          // Every record names its partition. Said only because kafkajs warns about its default otherwise.
          createPartitioner: Partitioners.DefaultPartitioner,
        }),
      ),
    consumer: ({ sessionTimeout, ...settings }) =>
      explaining(
        kafka.consumer({
          ...settings,
          sessionTimeout,
          // How soon a partition that was added is noticed. One small request to one broker.
          metadataMaxAge: 10_000,
          heartbeatInterval: Math.floor(sessionTimeout / 10),
          rebalanceTimeout: sessionTimeout * 3,
          allowAutoTopicCreation: false,
          // A fetch returns as soon as there is a record; this bounds how long a resumed partition waits for its turn.
          maxWaitTimeInMs: 100,
          retry: { ...RETRY, retries: 10 },
        }),
      ),
    reader: (clock = systemClock) =>
      createRangeReader(createPartitionLogs(createBrokerPool(kafka)), clock, (error) =>
        connectionFailure(error, config),
      ),
  };
}

/** A listener with SASL lets everybody connect, and hangs up at the first question: so `connect` asks one. */
function checking(admin: Admin): Admin {
  return {
    ...admin,
    async connect() {
      await admin.connect();
      await admin.describeCluster();
    },
  };
}

function saslOptions(sasl: Config['kafka']['sasl']): KafkaConfig['sasl'] {
  if (sasl === undefined) return undefined;
  if (sasl.mechanism === 'oauthbearer') return oauthBearer(createAccessTokens(sasl));
  const { username, password } = sasl;
  // One object per mechanism: kafkajs's type is a union that a variable mechanism does not fit.
  switch (sasl.mechanism) {
    case 'plain':
      return { mechanism: 'plain', username, password };
    case 'scram-sha-256':
      return { mechanism: 'scram-sha-256', username, password };
    case 'scram-sha-512':
      return { mechanism: 'scram-sha-512', username, password };
  }
}

/**
 * kafkajs says much at `info` that happens all the time (every pause and resume): that is `debug` here. And its
 * connection calls every answer an error that it then tries again, such as a coordinator that is about to start.
 */
function bridge(log: KafkaLog) {
  return ({ level, namespace, log: entry }: { level: logLevel; namespace: string; log: { message: string } }) => {
    const {
      message,
      timestamp: _,
      logger: __,
      ...fields
    }: Record<string, unknown> & { message: string } = { ...entry };
    // It says that it resets an offset, which `offset-manager.ts` keeps it from; what happens instead is told by us.
    const isUntrue = message.startsWith('Offset out of range, resetting');
    const isFinal = level === logLevel.ERROR && namespace !== 'Connection' && !isUntrue;
    const own = isFinal ? 'error' : level <= logLevel.WARN ? 'warn' : 'debug';
    log(own, `kafka: ${message}`, { ...fields, namespace });
  };
}
