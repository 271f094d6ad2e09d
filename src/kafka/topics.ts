/** The topics that callmatch writes: what they should look like, what is missing, and their creation. */
import kafkajs, { type Admin } from 'kafkajs';
import { type Clock, systemClock, wait } from '../clock.ts';
import { CallmatchError } from '../errors.ts';

export type TopicRole = 'source' | 'outcomes' | 'dead-letters' | 'parked' | 'control';

export interface TopicPlan {
  readonly name: string;
  readonly role: TopicRole;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

export type TopicFinding =
  | { readonly plan: TopicPlan; readonly state: 'missing' | 'as-planned' }
  | { readonly plan: TopicPlan; readonly state: 'differs'; readonly differences: readonly string[] };

export interface TopicNames {
  readonly sources: readonly string[];
  readonly outcomes: string;
  readonly dlqSuffix: string;
  readonly parkedSuffix: string;
}

export const CONTROL_TOPIC = 'callmatch.control';
const DAY_MS = 86_400_000;
const OUTCOME_RETENTION_MS = 30 * DAY_MS;
const CONTROL_RETENTION_MS = DAY_MS;
/** Broker default of `max.message.bytes`. */
const DEFAULT_LIMIT = 1_048_588;
/** Room for our headers: a dead letter is the source record and more. */
const HEADER_ROOM = 64 * 1024;
/** How long new topics may take to get their leaders, and how often that is looked at. Milliseconds. */
const LEADER_WITHIN_MS = 15_000;
const LEADER_STEP_MS = 100;

/** Partition counts by topic; a topic that does not exist is absent. */
export async function partitionCounts(admin: Admin, topics: readonly string[]): Promise<Map<string, number>> {
  const existing = new Set(await admin.listTopics());
  const present = topics.filter((topic) => existing.has(topic));
  if (present.length === 0) return new Map();
  const { topics: found } = await admin.fetchTopicMetadata({ topics: present });
  return new Map(found.map((topic) => [topic.name, topic.partitions.length]));
}

/**
 * What the topics should be. Outputs have the partitions of their source, so that the owner of a source partition
 * reads back only its own; and `cleanup.policy=delete`, because compaction would delete what recovery needs.
 * @param sourcePartitions partitions of a source topic that does not exist yet; without it that is an error
 */
export async function planTopics(admin: Admin, names: TopicNames, sourcePartitions?: number): Promise<TopicPlan[]> {
  const counts = await partitionCounts(admin, names.sources);
  const limits = await messageLimits(admin, [...counts.keys()]);
  const plans = names.sources.flatMap((source): TopicPlan[] => {
    const partitions = counts.get(source) ?? sourcePartitions;
    if (partitions === undefined) {
      const message = `source topic ${source} does not exist; create it, or say --source-partitions N`;
      throw new CallmatchError('topic-missing', message);
    }
    const config = {
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'max.message.bytes': String((limits.get(source) ?? DEFAULT_LIMIT) + HEADER_ROOM),
    };
    return [
      { name: source, role: 'source', partitions, config: {} },
      { name: source + names.dlqSuffix, role: 'dead-letters', partitions, config },
      { name: source + names.parkedSuffix, role: 'parked', partitions, config },
    ];
  });
  const most = Math.max(...plans.map(({ partitions }) => partitions));
  const outcomes = { 'cleanup.policy': 'delete', 'retention.ms': String(OUTCOME_RETENTION_MS) };
  const control = { 'cleanup.policy': 'delete', 'retention.ms': String(CONTROL_RETENTION_MS) };
  return [
    ...plans,
    { name: names.outcomes, role: 'outcomes', partitions: most, config: outcomes },
    { name: CONTROL_TOPIC, role: 'control', partitions: 1, config: control },
  ];
}

/** Compares the plans with what exists. */
export async function inspectTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<TopicFinding[]> {
  const counts = await partitionCounts(
    admin,
    plans.map(({ name }) => name),
  );
  const configs = await topicConfigs(admin, [...counts.keys()]);
  return plans.map((plan): TopicFinding => {
    const count = counts.get(plan.name);
    if (count === undefined) return { plan, state: 'missing' };
    const config = configs.get(plan.name) ?? new Map<string, string>();
    const differences = [
      ...(count < plan.partitions ? [`${count} partitions instead of ${plan.partitions}`] : []),
      ...Object.entries(plan.config)
        .filter(([key, wanted]) => !suffices(key, wanted, config.get(key)))
        .map(([key, wanted]) => `${key}=${config.get(key)} instead of ${wanted}`),
    ];
    return differences.length === 0 ? { plan, state: 'as-planned' } : { plan, state: 'differs', differences };
  });
}

/** Resolves when the topics can be written and read. */
export async function createTopics(
  admin: Admin,
  plans: readonly TopicPlan[],
  replicationFactor: number,
  clock: Clock = systemClock,
): Promise<void> {
  await admin.createTopics({
    // kafkajs would give up at the first broker that has not heard of the topic yet.
    waitForLeaders: false,
    topics: plans.map((plan) => ({
      topic: plan.name,
      numPartitions: plan.partitions,
      replicationFactor,
      configEntries: Object.entries(plan.config).map(([name, value]) => ({ name, value })),
    })),
  });
  await untilLed(
    admin,
    plans.map(({ name }) => name),
    clock,
  );
}

async function untilLed(admin: Admin, names: readonly string[], clock: Clock): Promise<void> {
  for (let waited = 0; ; waited += LEADER_STEP_MS) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
      if (topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)))
        return;
    } catch (error) {
      if (waited >= LEADER_WITHIN_MS) throw error;
    }
    if (waited >= LEADER_WITHIN_MS) {
      throw new CallmatchError('broker-unavailable', `no leaders yet of the new topics ${names.join(', ')}`);
    }
    await wait(clock, LEADER_STEP_MS);
  }
}

/** More room or a longer retention than planned is the operator's good right. */
function suffices(key: string, wanted: string, actual: string | undefined): boolean {
  if (actual === wanted) return true;
  if (key === 'max.message.bytes') return Number(actual) >= Number(wanted);
  if (key === 'retention.ms') return wanted !== '-1' && (actual === '-1' || Number(actual) >= Number(wanted));
  return false;
}

async function messageLimits(admin: Admin, topics: readonly string[]): Promise<Map<string, number>> {
  const configs = await topicConfigs(admin, topics);
  return new Map(
    [...configs].map(([name, config]) => [name, Number(config.get('max.message.bytes') ?? DEFAULT_LIMIT)]),
  );
}

async function topicConfigs(admin: Admin, topics: readonly string[]): Promise<Map<string, Map<string, string>>> {
  if (topics.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return new Map(
    resources.map((resource) => [
      resource.resourceName,
      new Map(resource.configEntries.map((entry) => [entry.configName, entry.configValue])),
    ]),
  );
}
