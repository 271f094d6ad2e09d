/** callmatch on the cluster of the run: topics of its own, a simulator of its own, in this process or in another. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, type ConfigInput, configSchema } from '../../src/config/schema.ts';
import { secretsOf } from '../../src/config/secrets.ts';
import type { Exchange } from '../../src/crm/request-path.ts';
import { type Crm, type CrmOptions, startCrm } from '../../src/crm/server.ts';
import { createKafkaClient, type KafkaClient } from '../../src/kafka/client.ts';
import type { ReadRecord } from '../../src/kafka/range-reader.ts';
import { readToEnd } from '../../src/kafka/topic-reader.ts';
import { createOutcomeCodec, type EnrichedCall } from '../../src/outcome/enriched-call.ts';
import { outcomeSubject } from '../../src/prerequisites.ts';
import { type Processor, startProcessor } from '../../src/processor.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { registerSchemas, setUpTopics } from '../../src/setup.ts';
import { type Cluster, uniqueName } from './cluster.ts';
import { collectedLogger, collectOutput, collectTokens } from './collected-logs.ts';
import { watchContract } from './contract-witness.ts';
import type { Line } from './line.ts';

export interface Callmatch extends AsyncDisposable {
  readonly crm: Crm;
  readonly config: Config;
  readonly kafka: KafkaClient;
  readonly registryUrl: string;
  /** The source topic. */
  readonly source: string;
  /** Path of its configuration. */
  readonly file: string;
  /** Starts the service in this process, with some settings changed; it is stopped with this object. */
  start(changes?: Pick<ConfigInput, 'kafka'>): Promise<Processor>;
  /** Starts `callmatch run`, or another command, as a process of its own; it is killed with this object. */
  spawn(...command: string[]): CallmatchProcess;
  outcomes(): Promise<EnrichedCall[]>;
  deadLetters(): Promise<ReadRecord[]>;
  /** Committed offset of every partition of the source. */
  committed(): Promise<number[]>;
}

export interface CallmatchProcess {
  readonly pid: number;
  /** Its configuration. */
  readonly file: string;
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' | 'SIGSTOP' | 'SIGCONT' | 'SIGHUP'): void;
  /** The exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Everything it has written so far. */
  log(): string;
}

export interface CallmatchSettings {
  /** Works on the simulator of another, in the same account. */
  readonly beside?: Callmatch;
  readonly partitions?: number;
  readonly crm?: CrmOptions;
  /** What lies between callmatch and the CRM. */
  readonly line?: Line;
  readonly source?: Partial<ConfigInput['sources'] extends readonly (infer Source)[] | undefined ? Source : never>;
  /** Instead of the one portal `main`. */
  readonly portals?: (crm: Crm) => ConfigInput['portals'];
  readonly quota?: Exclude<Exclude<ConfigInput['portals'][string]['quota'], 'none'>, undefined>;
  readonly redis?: ConfigInput['redis'];
  readonly users?: ConfigInput['portals'][string]['users'];
  /** Portals at the simulator and in the configuration, instead of `main`; the header `portal` of a record names its. */
  readonly portalNames?: readonly string[];
  readonly delivery?: ConfigInput['delivery'];
  readonly kafka?: ConfigInput['kafka'];
  readonly hubspot?: ConfigInput['hubspot'];
  /** What else shall be different, with the simulator that the calls go to. */
  readonly change?: (input: ConfigInput, crm: Crm) => ConfigInput;
}

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const OUTCOME_SCHEMA = new URL('../../schemas/enriched-call.avsc', import.meta.url);

export async function openCallmatch(cluster: Cluster, settings: CallmatchSettings = {}): Promise<Callmatch> {
  await using parts = new AsyncDisposableStack();
  const contract = watchContract();
  parts.defer(contract.assertKept);
  const witness = (exchange: Exchange) => {
    contract.exchange(exchange);
    collectTokens(exchange);
  };
  const seed = settings.portalNames && { seed: seedOf(settings.portalNames) };
  const crm = settings.beside?.crm ?? parts.use(await startCrm({ quota: 'none', witness, ...seed, ...settings.crm }));
  settings.line?.leadTo(crm.port);
  const usual = inputOf(cluster, crm, settings);
  const input = settings.change?.(usual, crm) ?? usual;
  const config = configSchema.parse(input);
  const kafka = await createKafkaClient(config.kafka, () => {});
  await setUpTopics(config, cluster.admin, {
    sourcePartitions: settings.partitions ?? 4,
    replicationFactor: 1,
    dryRun: false,
  });
  await using registry = await createRegistryClient(config.registry);
  const subjects = await registerSchemas(config, registry);
  const outcomeId = subjects.find(({ subject }) => subject === outcomeSubject(config.output.topic))?.id ?? 0;
  const codec = createOutcomeCodec(await readFile(OUTCOME_SCHEMA, 'utf8'), outcomeId);
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-test-'));
  parts.defer(() => rm(folder, { recursive: true }));
  const file = join(folder, 'callmatch.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(input));
  const source = config.sources[0]?.topic ?? '';
  const owned = parts.move();

  return {
    crm,
    config,
    kafka,
    registryUrl: cluster.registryUrl,
    source,
    file,
    async start({ kafka: changes } = {}) {
      const changed = configSchema.parse({ ...input, kafka: { ...input.kafka, ...changes } });
      return owned.use(await startProcessor(changed, collectedLogger(secretsOf(changed))));
    },
    spawn(...command) {
      const child = spawnCallmatch(command.length === 0 ? ['run'] : command, file, secretsOf(config));
      owned.defer(async () => {
        child.kill('SIGKILL');
        await child.ended;
      });
      return child;
    },
    async outcomes() {
      const outcomes: EnrichedCall[] = [];
      await readToEnd(kafka, [config.output.topic], ({ value }) =>
        outcomes.push(codec.decode(value ?? Buffer.alloc(0))),
      );
      return outcomes;
    },
    async deadLetters() {
      const letters: ReadRecord[] = [];
      await readToEnd(kafka, [source + config.output.dlqSuffix], (record) => letters.push(record));
      return letters;
    },
    async committed() {
      const [answer] = await cluster.admin.fetchOffsets({ groupId: config.kafka.groupId, topics: [source] });
      const partitions = [...(answer?.partitions ?? [])].sort((a, b) => a.partition - b.partition);
      return partitions.map(({ offset }) => Number(offset));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function inputOf(
  cluster: Cluster,
  crm: Crm,
  { source, portals, portalNames, quota, redis, users, delivery, kafka, hubspot, line }: CallmatchSettings,
): ConfigInput {
  const topic = uniqueName('calls');
  const routed = portalNames && { portal: { header: 'portal' } };
  const portal = (name: string, hubId: number | undefined) => {
    return { hubId, baseUrl: line?.url ?? crm.url, token: `sim-${name}`, quota: quota ?? ('none' as const), users };
  };
  return {
    kafka: { brokers: [...cluster.brokers], groupId: `group-${topic}`, startFrom: 'earliest', ...kafka },
    registry: { url: cluster.registryUrl },
    sources: [{ topic, defaultCountry: 'US', ...routed, ...source }],
    portals:
      portals?.(crm) ??
      (portalNames
        ? Object.fromEntries(portalNames.map((name, n) => [name, portal(name, n + 1)]))
        : { main: portal('main', crm.portals[0]?.hubId) }),
    delivery,
    hubspot,
    redis,
    output: { topic: `${topic}.enriched` },
    http: { host: '127.0.0.1', port: 0 },
    log: { level: 'trace', format: 'json' },
  };
}

function seedOf(portals: readonly string[]) {
  return { portals: Object.fromEntries(portals.map((name, n) => [name, { hubId: n + 1 }])) };
}

function spawnCallmatch(command: readonly string[], file: string, secrets: readonly string[]): CallmatchProcess {
  const args = [CLI, ...command, '--config', file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  collectOutput([child.stdout, child.stderr], secrets);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  return {
    pid: child.pid ?? 0,
    file,
    kill: (signal) => void child.kill(signal),
    ended,
    log: () => text,
  };
}
