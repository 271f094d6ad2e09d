/** What `topics create` and `schemas register` do, for the commands, the embedded stack and the tests. */
import { readFile } from 'node:fs/promises';
import type { Config } from './config/schema.ts';
import type { KafkaAdmin } from './kafka/client.ts';
import { createTopics, inspectTopics, planTopics, type TopicFinding } from './kafka/topics.ts';
import { outcomeSubject } from './prerequisites.ts';
import type { RegistryClient } from './registry/client.ts';

export interface TopicSetup {
  /** Partitions of source topics that do not exist yet; without it a missing one is an error. */
  readonly sourcePartitions?: number;
  readonly replicationFactor: number;
  /** Only look. */
  readonly dryRun: boolean;
}

/** Creates the topics that are missing; the findings tell what was missing and what differs from the plan. */
export async function setUpTopics(config: Config, admin: KafkaAdmin, setup: TopicSetup): Promise<TopicFinding[]> {
  const { topic: outcomes, dlqSuffix, parkedSuffix } = config.output;
  const names = { sources: config.sources.map(({ topic }) => topic), outcomes, dlqSuffix, parkedSuffix };
  const findings = await inspectTopics(admin, await planTopics(admin, names, setup.sourcePartitions));
  const missing = findings.filter(({ state }) => state === 'missing').map(({ plan }) => plan);
  if (missing.length > 0 && !setup.dryRun) await createTopics(admin, missing, setup.replicationFactor);
  return findings;
}

const schemaFile = (name: string) => new URL(`../schemas/${name}`, import.meta.url);

export interface RegisteredSubject {
  readonly subject: string;
  readonly id: number;
}

/** Registers the outcome schema and, for every source in Avro of the canonical shape, that one. */
export async function registerSchemas(config: Config, registry: RegistryClient): Promise<RegisteredSubject[]> {
  const subjects = [
    { subject: outcomeSubject(config.output.topic), file: 'enriched-call.avsc' },
    ...config.sources
      .filter(({ format, mapping }) => ['auto', 'avro'].includes(format) && mapping === 'canonical')
      .map(({ topic }) => ({ subject: `${topic}-value`, file: 'call-detail-record.avsc' })),
  ];
  const registered: RegisteredSubject[] = [];
  for (const { subject, file } of subjects) {
    const id = await registry.register(subject, await readFile(schemaFile(file), 'utf8'));
    // Readers of any age read any outcome: whoever changes the schema is stopped by the registry.
    await registry.setCompatibility(subject, 'FULL_TRANSITIVE');
    registered.push({ subject, id });
  }
  return registered;
}
