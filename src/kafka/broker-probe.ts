/** Whether a broker can really serve a consumer group, which is later than when it accepts connections. */
import { Kafka, logLevel } from 'kafkajs';
import { CallmatchError, messageOf } from '../errors.ts';
import { cureKafkajs } from './cures.ts';

/** Resolves when the brokers can serve a group; rejects with `broker-unavailable` when they cannot at this moment. */
export type BrokerProbe = (brokers: readonly string[]) => Promise<void>;

const PROBE_GROUP = 'callmatch-probe';

/**
 * One try without retries: connects, lists the topics, and asks the coordinator of a group that nobody uses. The first
 * such question makes the broker create its offsets topic, and "coordinator not available" is the answer until that is
 * done; whoever waits for this probe is spared it. Nothing is written to the cluster by us.
 */
export const probeBroker: BrokerProbe = async (brokers) => {
  cureKafkajs();
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: PROBE_GROUP,
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
    // A failed try is what the caller is told by the rejection; on the terminal it would only alarm.
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.listTopics();
    await admin.describeGroups([PROBE_GROUP]);
  } catch (error) {
    throw new CallmatchError('broker-unavailable', `${brokers.join(', ')}: ${messageOf(error)}`, { cause: error });
  } finally {
    await admin.disconnect();
  }
};
