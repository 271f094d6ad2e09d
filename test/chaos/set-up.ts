/** What a chaos run works with: topics and schemas, the CRM, and how the instances are configured. */
import { type Config, type ConfigInput, configSchema } from '../../src/config/schema.ts';
import { type Crm, startCrm } from '../../src/crm/server.ts';
import type { Stack } from '../../src/dev/stack.ts';
import type { KafkaAdmin, KafkaClient } from '../../src/kafka/client.ts';
import type { OutcomeCodec } from '../../src/outcome/enriched-call.ts';
import { requireOutcomeCodec } from '../../src/prerequisites.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { registerSchemas, setUpTopics } from '../../src/setup.ts';
import type { InDoubtMode } from './judge.ts';

/** Where the run takes place. */
export interface ChaosArena {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly kafka: KafkaClient;
  /** Left out where the broker is not ours to stop. */
  readonly broker?: Pick<Stack, 'stopBroker' | 'startBroker'>;
  /** Name of the source topic and of the group: new ones. */
  readonly topic: string;
  /** For configurations and logs of the instances. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export interface SetUp extends AsyncDisposable {
  readonly crm: Crm;
  /** Connected. */
  readonly admin: KafkaAdmin;
  readonly codec: OutcomeCodec;
  readonly configOf: (clientId: string) => ConfigInput;
  /** The same for all. */
  readonly config: Config;
}

/** Of the instances, milliseconds: short, so that the group notices the dead soon. */
export const SESSION_TIMEOUT_MS = 6_000;
const REQUEST_TIMEOUT_MS = 2_000;
const SEARCH_LAG_MS = 1_000;
/** Longer than a request may take and the index of the CRM lags, together. */
const SETTLE_MS = 4_000;

export async function setUp(arena: ChaosArena, partitions: number, inDoubt: InDoubtMode): Promise<SetUp> {
  await using parts = new AsyncDisposableStack();
  const crm = parts.use(await startCrm({ quota: 'none', latency: '20-80ms', searchLagMs: SEARCH_LAG_MS }));
  const configOf = (clientId: string) => instanceConfig(arena, crm, inDoubt, clientId);
  const config = configSchema.parse(configOf('chaos'));
  const admin = arena.kafka.admin();
  await admin.connect();
  parts.defer(() => admin.disconnect());
  await setUpTopics(config, admin, { sourcePartitions: partitions, replicationFactor: 1, dryRun: false });
  await using registry = await createRegistryClient(config.registry);
  await registerSchemas(config, registry);
  const codec = await requireOutcomeCodec(config.output.topic, registry);
  const owned = parts.move();
  return { crm, admin, codec, configOf, config, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function instanceConfig(arena: ChaosArena, crm: Crm, inDoubt: InDoubtMode, clientId: string): ConfigInput {
  return {
    kafka: {
      brokers: [...arena.brokers],
      groupId: arena.topic,
      clientId,
      startFrom: 'earliest',
      sessionTimeout: `${SESSION_TIMEOUT_MS}ms`,
    },
    registry: { url: arena.registryUrl },
    sources: [{ topic: arena.topic, defaultCountry: 'US' }],
    portals: { main: { hubId: crm.portals[0]?.hubId, baseUrl: crm.url, token: 'sim-main', quota: 'none' } },
    hubspot: { timeouts: { request: `${REQUEST_TIMEOUT_MS}ms` } },
    delivery: { inDoubt: { mode: inDoubt, settle: `${SETTLE_MS}ms` } },
    output: { topic: `${arena.topic}.enriched` },
    http: { host: '127.0.0.1', port: 0 },
    log: { level: 'info', format: 'json' },
  };
}
