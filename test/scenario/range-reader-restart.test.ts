import { Kafka, logLevel, type Message, Partitioners } from 'kafkajs';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { configSchema } from '../../src/config/schema.ts';
import { startStack } from '../../src/dev/stack.ts';
import { createKafkaClient } from '../../src/kafka/client.ts';

/** A stack of its own, as that of the run may be a cluster that is not ours to stop. */
const ENV = { ...process.env, CALLMATCH_KAFKA__BROKERS: '', CALLMATCH_REGISTRY__URL: '' };
const PARTITIONS = 3;
/** Of each partition; some megabytes, so that there is more to fetch after the first records. */
const RECORDS = 10_000;

/** On a busy machine a broker takes longer to start than the reader waits. */
const PATIENT = { after: systemClock.after, now: () => 0 };

const recordsFrom = (first: number): Message[] =>
  Array.from({ length: 1_000 }, (_, index) => ({ key: String(first + index), value: Buffer.alloc(300) }));

it('goes on where it was when the broker comes back', { timeout: 120_000 }, async () => {
  await using stack = await startStack({ env: ENV });
  const kafka = new Kafka({ brokers: [...stack.brokers], logLevel: logLevel.NOTHING });
  const topic = 'restarted';
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }] });
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    for (let first = 0; first < RECORDS; first += 1_000) {
      const messages = recordsFrom(first).map((message) => ({ ...message, partition }));
      await producer.send({ topic, messages });
    }
  }
  await Promise.all([admin.disconnect(), producer.disconnect()]);

  const config = configSchema.parse({
    kafka: { brokers: [...stack.brokers] },
    portals: { main: { token: 'sim-main' } },
  });
  await using reader = (await createKafkaClient(config.kafka, () => {})).reader(PATIENT);
  const keys = Array.from({ length: PARTITIONS }, (): number[] => []);
  const begun = Promise.withResolvers<void>();
  const reads = Promise.all(
    keys.map((read, partition) =>
      reader.read({ topic, partition }, { from: 0 }, ({ key }) => {
        read.push(Number(String(key)));
        begun.resolve();
      }),
    ),
  );
  await begun.promise;
  await stack.stopBroker();
  // Else the broker would have stopped too late, and the test prove nothing.
  expect(keys.flat().length).toBeLessThan(PARTITIONS * RECORDS);
  await stack.startBroker();
  expect(await reads).toEqual(keys.map(() => RECORDS));
  for (const read of keys) expect(read).toEqual(Array.from({ length: RECORDS }, (_, key) => key));
});
