/** Everything of callmatch on this machine: broker, registry, simulator, topics, schemas and the processor. */
import { randomBytes } from 'node:crypto';
import { type Config, type ConfigInput, configSchema } from '../config/schema.ts';
import { type Crm, startCrm } from '../crm/server.ts';
import { createKafkaClient, type KafkaClient } from '../kafka/client.ts';
import type { Log } from '../ops/telemetry.ts';
import { outcomeSubject } from '../prerequisites.ts';
import { type Processor, startProcessor } from '../processor.ts';
import { createRegistryClient } from '../registry/client.ts';
import { registerSchemas, setUpTopics } from '../setup.ts';
import { type Stack, startStack } from './stack.ts';

export interface SessionOptions {
  /** Requests per window, in the processor and in the simulator. */
  readonly quota: { readonly requests: number; readonly seconds: number };
  /** Port of probes and metrics; 0 takes a free one. */
  readonly port: number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** Names the cluster, if there is one. Default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Session extends AsyncDisposable {
  readonly stack: Stack;
  readonly crm: Crm;
  readonly config: Config;
  readonly kafka: KafkaClient;
  readonly processor: Processor;
  /** The two sources: a company's own records, and an Asterisk in Switzerland. */
  readonly topics: { readonly canonical: string; readonly asterisk: string };
  /** Registry ids of the schemas of the canonical records and of the outcomes. */
  readonly schemaIds: { readonly canonical: number; readonly outcome: number };
}

const PARTITIONS = 4;
/** Round trips over the loopback say nothing about HubSpot's; these are of a realistic size. */
const LATENCY = '20-60ms';

export async function startSession(options: SessionOptions): Promise<Session> {
  const { quota, log, signal, onProgress } = options;
  await using parts = new AsyncDisposableStack();
  const stack = parts.use(
    await startStack({ onProgress, signal, ...(options.env !== undefined && { env: options.env }) }),
  );
  const crm = parts.use(await startCrm({ quota: `rolling:${quota.requests}/${quota.seconds}s`, latency: LATENCY }));
  onProgress(`CRM simulator at ${crm.url}`);

  const config = sessionConfig(stack, crm, options);
  const [canonical, asterisk] = config.sources.map(({ topic }) => topic);
  const kafka = await createKafkaClient(config.kafka, (level, message, fields) => log[level](fields, message));
  const ids = await setUp(config, kafka);
  const schemaIds = { canonical: ids(`${canonical}-value`), outcome: ids(outcomeSubject(config.output.topic)) };
  if (stack.way === 'cluster') parts.defer(() => removeTopics(config, kafka));
  onProgress('topics created, schemas registered');

  signal.throwIfAborted();
  const processor = parts.use(await startProcessor(config, log));
  onProgress(`callmatch is running: http://127.0.0.1:${processor.port}/metrics`);
  const owned = parts.move();
  return {
    stack,
    crm,
    config,
    kafka,
    processor,
    topics: { canonical: canonical ?? '', asterisk: asterisk ?? '' },
    schemaIds,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What `topics create` and `schemas register` do. Gives the schema ids by subject. */
async function setUp(config: Config, kafka: KafkaClient): Promise<(subject: string) => number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await setUpTopics(config, admin, { sourcePartitions: PARTITIONS, replicationFactor: 1, dryRun: false });
  } finally {
    await admin.disconnect();
  }
  await using registry = await createRegistryClient(config.registry);
  const registered = await registerSchemas(config, registry);
  return (subject) => registered.find((entry) => entry.subject === subject)?.id ?? 0;
}

/** A cluster that is not ours is left as it was found. */
async function removeTopics(config: Config, kafka: KafkaClient): Promise<void> {
  const { topic, dlqSuffix, parkedSuffix } = config.output;
  const sources = config.sources.flatMap((source) => [
    source.topic,
    source.topic + dlqSuffix,
    source.topic + parkedSuffix,
  ]);
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [...sources, topic] });
  } finally {
    await admin.disconnect();
  }
}

function sessionConfig(stack: Stack, crm: Crm, { quota, port }: SessionOptions): Config {
  const [portal] = crm.portals;
  // On a cluster that is not ours, names of our own: its `calls.cdr` may be somebody's.
  const prefix = stack.way === 'cluster' ? `callmatch-dev-${randomBytes(4).toString('hex')}.` : '';
  const input: ConfigInput = {
    kafka: { brokers: [...stack.brokers], groupId: `${prefix}callmatch`, startFrom: 'earliest' },
    registry: { url: stack.registryUrl },
    sources: [
      { topic: `${prefix}calls.cdr`, defaultCountry: 'US' },
      {
        topic: `${prefix}asterisk.cdr`,
        defaultCountry: 'CH',
        mapping: {
          name: 'asterisk',
          // Rows of one call are sent together, and nobody likes to wait.
          parameters: { timeZone: 'Europe/Zurich', mainNumber: '+41445550100', wait: '1s' },
        },
      },
    ],
    portals: {
      main: {
        hubId: portal?.hubId,
        baseUrl: crm.url,
        token: portal?.token ?? '',
        quota: { requests: quota.requests, window: `${quota.seconds}s` },
      },
    },
    output: { topic: `${prefix}calls.enriched` },
    http: { host: '127.0.0.1', port },
  };
  return configSchema.parse(input);
}
