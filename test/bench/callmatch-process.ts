/** How the benchmarks configure callmatch, and the topics and schemas that it needs. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigInput, configSchema } from '../../src/config/schema.ts';
import { createTopics } from '../../src/kafka/topics.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { registerSchemas, setUpTopics } from '../../src/setup.ts';
import { type Arena, CALLMATCH, type Contender, run } from './contender.ts';

export function callmatchConfig(arena: Arena, source: string): ConfigInput {
  return {
    kafka: { brokers: [...arena.brokers], groupId: `callmatch-${source}`, startFrom: 'earliest' },
    registry: { url: arena.registryUrl },
    sources: [{ topic: source }],
    portals: { main: { baseUrl: arena.crmUrl, token: 'sim-main', quota: 'none' } },
    output: { topic: `${source}.enriched` },
    http: { host: '127.0.0.1', port: 0 },
    log: { level: 'warn', format: 'json' },
  };
}

/** Creates the topics of callmatch and of the bare loop, and registers the schemas. */
export async function setUp(arena: Arena, source: string, partitions: number): Promise<void> {
  const config = configSchema.parse(callmatchConfig(arena, source));
  const admin = arena.kafka.admin();
  await admin.connect();
  try {
    await setUpTopics(config, admin, { sourcePartitions: partitions, replicationFactor: 1, dryRun: false });
    await createTopics(admin, [{ name: `${source}.bare`, role: 'outcomes', partitions, config: {} }], 1);
    await using registry = await createRegistryClient(config.registry);
    await registerSchemas(config, registry);
  } finally {
    await admin.disconnect();
  }
}

export interface RunOptions extends Partial<Pick<ConfigInput, 'sources' | 'portals' | 'hubspot' | 'delivery'>> {
  readonly level?: 'warn' | 'info';
  readonly port?: number;
  readonly quota?: ConfigInput['portals'][string]['quota'];
  readonly lane?: 'live' | 'backfill';
  /** Instead of `run`. */
  readonly command?: readonly string[];
}

/**
 * `callmatch run`, as anybody runs it.
 * @param options level of its log; port of `/metrics` and `/status`, any by default; quota of the portal, none by default;
 *   other sources and portals
 */
export async function runCallmatch(
  arena: Arena,
  source: string,
  { level = 'warn', port = 0, quota = 'none', lane = 'live', command = ['run'], ...changes }: RunOptions = {},
): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-bench-'));
  const file = join(folder, 'callmatch.yaml');
  // JSON is YAML.
  const config: ConfigInput = {
    ...callmatchConfig(arena, source),
    portals: { main: { baseUrl: arena.crmUrl, token: 'sim-main', quota } },
    delivery: { lane },
    log: { level, format: 'json' },
    http: { host: '127.0.0.1', port },
    ...changes,
  };
  await writeFile(file, JSON.stringify(config));
  const contender = run(CALLMATCH, [...command, '--config', file]);
  return {
    ...contender,
    async [Symbol.asyncDispose]() {
      await contender[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** As when the service has read everything. */
export async function standAtTheEnd(arena: Arena, topic: string): Promise<void> {
  const admin = arena.kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
  await admin.setOffsets({ groupId: `callmatch-${topic}`, topic, partitions });
  await admin.disconnect();
}

/** `callmatch replay` of everything there is. */
export function runReplay(
  arena: Arena,
  source: string,
  quota: ConfigInput['portals'][string]['quota'] = 'none',
): Promise<Contender> {
  return runCallmatch(arena, source, { quota, command: ['replay', '--from', 'earliest', '--json'] });
}

/** The bare loop over the same topic, with the young generation that `callmatch run` has. */
export function runBareLoop(arena: Arena, source: string): Contender {
  const args = [arena.brokers.join(), arena.crmUrl, source, `${source}.bare`];
  return run('./bare-loop.ts', args, ['--max-semi-space-size=32']);
}
