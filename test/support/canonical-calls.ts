/** Canonical call records on a topic, for benchmarks and scenarios. */
import { readFile } from 'node:fs/promises';
import { createCanonicalEncoder } from '../../src/dev/traffic-encoder.ts';
import type { KafkaClient } from '../../src/kafka/client.ts';
import { createRegistryClient } from '../../src/registry/client.ts';

export interface RecordPlace {
  readonly kafka: KafkaClient;
  readonly registryUrl: string;
}

export interface CallProducer {
  /** Sends one call per id, and waits for the acknowledgement. */
  send(...ids: string[]): Promise<void>;
  /** Sends calls of a portal that stands in the header `portal`, all to one partition when that is given. */
  sendOf(portal: string, ids: readonly string[], partition?: number): Promise<void>;
  disconnect(): Promise<void>;
}

const SCHEMA = new URL('../../schemas/call-detail-record.avsc', import.meta.url);
const CHUNK = 2_000;
/** Numbers of callers and lines in one stream: some hundred of each, as a company has them. */
const CALLERS = 500;

/** A producer of answered inbound calls in framed Avro; the subject of the topic must be registered. */
export async function createCallProducer(
  { kafka, registryUrl }: RecordPlace,
  topic: string,
  headersOf: (count: number) => Record<string, string> = () => ({}),
): Promise<CallProducer> {
  const schema = await readFile(SCHEMA, 'utf8');
  await using registry = await createRegistryClient({ url: registryUrl });
  const id = await registry.register(`${topic}-value`, schema);
  const encode = await createCanonicalEncoder(id);
  const producer = kafka.producer();
  await producer.connect();
  let count = 0;
  const messageOf = (key: string) => {
    count += 1;
    return { key, value: encode({ kind: 'avro', record: answeredCall(key, count) }) };
  };
  return {
    async send(...ids) {
      const messages = ids.map((key) => ({ ...messageOf(key), headers: headersOf(count) }));
      await producer.send({ topic, acks: -1, messages });
    },
    async sendOf(portal, ids, partition) {
      const place = partition === undefined ? {} : { partition };
      const messages = ids.map((id) => ({ ...messageOf(id), ...place, headers: { portal } }));
      await producer.send({ topic, acks: -1, messages });
    },
    disconnect: () => producer.disconnect(),
  };
}

/** Writes `count` calls with the ids `TOPIC-0`, `TOPIC-1`, … */
export async function produceCalls(
  place: RecordPlace,
  topic: string,
  count: number,
  headersOf?: (count: number) => Record<string, string>,
): Promise<void> {
  const producer = await createCallProducer(place, topic, headersOf);
  for (let start = 0; start < count; start += CHUNK) {
    const ids = Array.from({ length: Math.min(CHUNK, count - start) }, (_, index) => `${topic}-${start + index}`);
    await producer.send(...ids);
  }
  await producer.disconnect();
}

export function answeredCall(id: string, number: number) {
  const startedAt = Date.UTC(2026, 10, 2, 9) + number * 1000;
  return {
    id,
    direction: 'inbound',
    from: `+1202555${String(number % CALLERS).padStart(4, '0')}`,
    to: '+12125550100',
    status: 'COMPLETED',
    startedAt,
    answeredAt: startedAt + 4_000,
    endedAt: startedAt + 64_000,
    talkSeconds: 60,
  };
}
