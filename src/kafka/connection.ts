/** A client of a cluster with what commands look at it with: connected, and closed together. */
import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { createKafkaClient, type KafkaAdmin, type KafkaClient } from './client.ts';
import type { RangeReader } from './range-reader.ts';

export interface KafkaConnection extends AsyncDisposable {
  readonly kafka: KafkaClient;
  readonly admin: KafkaAdmin;
  /** Connects when it is first used. */
  readonly reader: RangeReader;
}

/** Throws as `createKafkaClient` and the `connect` of its clients do. */
export async function connectKafka(config: Config['kafka'], clock: Clock = systemClock): Promise<KafkaConnection> {
  const kafka = await createKafkaClient(config, () => {});
  await using connections = new AsyncDisposableStack();
  const admin = kafka.admin();
  connections.defer(() => admin.disconnect());
  await admin.connect();
  const reader = connections.use(kafka.reader(clock));
  const held = connections.move();
  return { kafka, admin, reader, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
