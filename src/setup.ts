/** What `topics create` and `schemas register` do, for the commands, the embedded stack and the tests. */
import type { Config } from './config/schema.ts';
import type { KafkaAdmin } from './kafka/client.ts';
import { createTopics, inspectTopics, planTopics, type TopicFinding } from './kafka/topics.ts';
import { outcomeSubject } from './prerequisites.ts';
import type { RegistryClient } from './registry/client.ts';
import { readSchema } from './schemas/kept.ts';
import { COMPATIBILITY } from './schemas/registered.ts';

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

/** A subject in the registry, and the name of the schema in `schemas/` that it has. */
export interface Subject {
  readonly subject: string;
  readonly schema: string;
}

/** The subject of the outcomes and, for every source in Avro of the canonical shape, that of its records. */
export function subjectsOf(config: Config): Subject[] {
  return [
    { subject: outcomeSubject(config.output.topic), schema: 'enriched-call' },
    ...config.sources
      .filter(({ format, mapping }) => ['auto', 'avro'].includes(format) && mapping === 'canonical')
      .map(({ topic }) => ({ subject: `${topic}-value`, schema: 'call-detail-record' })),
  ];
}

export interface RegisteredSubject {
  readonly subject: string;
  readonly id: number;
}

/** Registers the schemas of all subjects. */
export async function registerSchemas(config: Config, registry: RegistryClient): Promise<RegisteredSubject[]> {
  const registered: RegisteredSubject[] = [];
  for (const { subject, schema } of subjectsOf(config)) {
    const id = await registry.register(subject, await readSchema(schema));
    // Readers of any age read any outcome: whoever changes the schema is stopped by the registry.
    await registry.setCompatibility(subject, COMPATIBILITY);
    registered.push({ subject, id });
  }
  return registered;
}
