import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { expect, inject, it } from 'vitest';
import { cureThrottleTimer, requestQueuePrototype } from '../../src/kafka/throttle-timer.ts';
import { uniqueName } from '../support/cluster.ts';

/** Names of the warnings that Node prints while kafkajs creates a topic, writes to it and reads it back. */
async function warningsOfASession(): Promise<string[]> {
  const warnings: string[] = [];
  // Instead of Node's own listener, which prints: the warning is wanted here.
  const printing = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => warnings.push(warning.name));
  const topic = uniqueName('throttle-timer');
  const kafka = new Kafka({ brokers: inject('brokers'), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = kafka.consumer({ groupId: topic });
  try {
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
    await admin.createTopics({ topics: [{ topic }], waitForLeaders: true });
    await producer.send({ topic, messages: [{ value: 'a record' }] });
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.run({ eachMessage: async () => resolve() }).catch(reject);
    });
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect(), consumer.disconnect()]);
    process.removeAllListeners('warning');
    for (const listener of printing) process.on('warning', listener);
  }
  return warnings;
}

it('kafkajs sets no timer with a negative delay any more', async () => {
  // Without the cure the warning comes: else this Node or this kafkajs would not need it, and the test prove nothing.
  expect(await warningsOfASession()).toContain('TimeoutNegativeWarning');
  const prototype = requestQueuePrototype();
  const original = prototype.scheduleCheckPendingRequests;
  cureThrottleTimer();
  try {
    expect(await warningsOfASession()).not.toContain('TimeoutNegativeWarning');
  } finally {
    prototype.scheduleCheckPendingRequests = original;
  }
});
