/**
 * The baseline: the least that reads a topic, posts every record and publishes the answers, with kafkajs and undici.
 * It decodes, maps and validates nothing, keeps no order, retries nothing, and a crash loses or repeats a batch.
 * Run by the benchmarks as a process of its own: brokers, CRM origin, source topic, output topic.
 */
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import pLimit from 'p-limit';
import { Agent } from 'undici';
import { cureKafkajs } from '../../src/kafka/cures.ts';

const [brokers = '', origin = '', source = '', output = ''] = process.argv.slice(2);
const CONNECTIONS = 64;

cureKafkajs();
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const agent = new Agent({ connections: CONNECTIONS, pipelining: 1 });
const slots = pLimit(CONNECTIONS);
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
const consumer = kafka.consumer({ groupId: `bare-${process.pid}`, maxWaitTimeInMs: 100 });

const headers = { authorization: 'Bearer sim-main', 'content-type': 'application/json' };
const party = { e164Number: '+12025550143', phoneNumberType: 'FIXED_LINE_OR_MOBILE' };

async function post(id: string): Promise<string> {
  const body = JSON.stringify({
    createEngagement: true,
    engagementProperties: { hs_call_external_id: id, hs_call_direction: 'INBOUND' },
    externalCallId: id,
    finalCallStatus: 'COMPLETED',
    fromNumber: party,
    toNumber: party,
    potentialRecipientUserIds: [],
  });
  const path = '/crm/extensions/calling/2026-03/inbound-call';
  const answer = await agent.request({ origin, path, method: 'POST', headers, body });
  return answer.body.text();
}

await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: [source], fromBeginning: true });
await consumer.run({
  eachBatch: async ({ batch }) => {
    const messages = await Promise.all(
      batch.messages.map(({ key, offset }) =>
        slots(async () => ({ key, value: await post(`${batch.partition}-${offset}`) })),
      ),
    );
    await producer.send({ topic: output, acks: -1, messages });
  },
});
process.on('SIGTERM', async () => {
  await consumer.disconnect();
  await producer.disconnect();
  process.exit(0);
});
