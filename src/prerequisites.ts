/**
 * What must exist before the service starts. It creates and registers nothing by itself: what is missing is named,
 * all of it at once, with the command that makes it.
 */
import { readFile } from 'node:fs/promises';
import type { Config } from './config/schema.ts';
import { CallmatchError } from './errors.ts';
import type { KafkaAdmin } from './kafka/client.ts';
import { CONTROL_TOPIC, partitionCounts } from './kafka/topics.ts';
import { createOutcomeCodec, type OutcomeCodec } from './outcome/enriched-call.ts';
import type { RegistryClient } from './registry/client.ts';

/** Partition counts of all topics in use. Throws `topic-missing`. */
export async function requireTopics(config: Config, admin: KafkaAdmin): Promise<Map<string, number>> {
  const { dlqSuffix, parkedSuffix, topic } = config.output;
  const sources = config.sources.flatMap((source) => [
    source.topic,
    source.topic + dlqSuffix,
    source.topic + parkedSuffix,
  ]);
  const needed = [...sources, topic, CONTROL_TOPIC];
  const counts = await partitionCounts(admin, needed);
  const missing = needed.filter((name) => !counts.has(name));
  if (missing.length > 0) {
    throw new CallmatchError('topic-missing', `no such topic: ${missing.join(', ')}`);
  }
  return counts;
}

/** Text of the Avro schema of the outcomes. */
export async function outcomeSchema(): Promise<string> {
  return readFile(new URL('../schemas/enriched-call.avsc', import.meta.url), 'utf8');
}

/** Subject of the outcome schema (topic name strategy). */
export function outcomeSubject(topic: string): string {
  return `${topic}-value`;
}

/** The codec of the outcomes with their id in the registry. Throws `schema-missing`. */
export async function requireOutcomeCodec(topic: string, registry: RegistryClient): Promise<OutcomeCodec> {
  const subject = outcomeSubject(topic);
  const schema = await outcomeSchema();
  const id = await registry.find(subject, schema);
  if (id === undefined)
    throw new CallmatchError('schema-missing', `subject ${subject} does not have the outcome schema`);
  return createOutcomeCodec(schema, id);
}
