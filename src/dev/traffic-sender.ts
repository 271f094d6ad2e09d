/** Sends traffic to the sources of a session and keeps count of what it must become. */
import type { KafkaClient } from '../kafka/client.ts';
import type { EncodeTraffic } from './traffic-encoder.ts';
import type { TrafficRecord } from './traffic-record.ts';
import { type Ends, tally } from './verification.ts';

export interface TrafficSender extends AsyncDisposable {
  /** Sends records in order; resolves when they are acknowledged. */
  send(records: readonly TrafficRecord[]): Promise<void>;
  /** The ends that what was sent must come to. */
  readonly expected: Ends;
}

/** A topic that is undefined gets nothing: its part of the traffic is left out. */
export interface TrafficTopics {
  readonly canonical: string | undefined;
  readonly asterisk: string | undefined;
}

export async function openTrafficSender(
  kafka: KafkaClient,
  topics: TrafficTopics,
  encode: EncodeTraffic,
): Promise<TrafficSender> {
  const producer = kafka.producer();
  await producer.connect();
  const expected = tally();
  return {
    expected: expected.ends,
    async send(records) {
      const messages = new Map<string, { key: string; value: Buffer | null }[]>();
      for (const { source, key, value, end } of records) {
        const topic = topics[source];
        if (topic === undefined) continue;
        messages.set(topic, [...(messages.get(topic) ?? []), { key, value: encode(value) }]);
        expected.add(end);
      }
      const topicMessages = [...messages].map(([topic, list]) => ({ topic, messages: list }));
      await producer.sendBatch({ acks: -1, topicMessages });
    },
    [Symbol.asyncDispose]: () => producer.disconnect(),
  };
}
