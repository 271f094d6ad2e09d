/** What commands read outcomes with. */
import type { Config } from '../config/schema.ts';
import { connectKafka, type KafkaConnection } from '../kafka/connection.ts';
import type { OutcomeCodec } from '../outcome/enriched-call.ts';
import { requireOutcomeCodec } from '../prerequisites.ts';
import { createRegistryClient } from '../registry/client.ts';

export interface OutcomeConnection extends KafkaConnection {
  readonly codec: OutcomeCodec;
}

/** Throws `schema-missing`, and as `connectKafka` does. */
export async function connectOutcomes({ registry, output, kafka }: Config): Promise<OutcomeConnection> {
  await using client = await createRegistryClient(registry);
  const codec = await requireOutcomeCodec(output.topic, client);
  return { ...(await connectKafka(kafka)), codec };
}
