/** What must be there before the service starts, and the commands that make it. */
import { describe, expect, it } from 'vitest';
import { createRegistryClient } from '../../src/registry/client.ts';
import { readSchema } from '../../src/schemas/kept.ts';
import { callmatch } from '../support/callmatch-process.ts';
import { type Cluster, connectCluster, uniqueName } from '../support/cluster.ts';
import { refusedPort } from '../support/test-servers.ts';

/** Environment of a configuration with a source topic of its own. */
function environment(cluster: Cluster, topic: string): Record<string, string> {
  return {
    CALLMATCH_KAFKA__BROKERS: cluster.brokers.join(),
    CALLMATCH_KAFKA__GROUP_ID: `group-${topic}`,
    CALLMATCH_REGISTRY__URL: cluster.registryUrl,
    CALLMATCH_SOURCES__0__TOPIC: topic,
    CALLMATCH_PORTALS__MAIN__TOKEN: 'sim-main',
    CALLMATCH_OUTPUT__TOPIC: `${topic}.enriched`,
    CALLMATCH_HTTP__PORT: '0',
  };
}

const cwd = import.meta.dirname;

describe('the set-up', () => {
  it('is asked for by name, with the command that makes it', async () => {
    await using cluster = await connectCluster();
    const topic = uniqueName('calls');
    const env = environment(cluster, topic);

    const withoutTopics = await callmatch(['run'], { cwd, env });
    expect(withoutTopics.code).toBe(3);
    expect(withoutTopics.err).toContain(`${topic}.dlq`);
    expect(withoutTopics.err).toContain('callmatch topics create');

    expect((await callmatch(['topics', 'create', '--source-partitions', '3'], { cwd, env })).code).toBe(0);
    const withoutSchemas = await callmatch(['run'], { cwd, env });
    expect(withoutSchemas.code).toBe(3);
    expect(withoutSchemas.err).toContain('callmatch schemas register');

    const registered = await callmatch(['schemas', 'register', '--json'], { cwd, env });
    expect(registered.code, registered.err).toBe(0);
    expect(
      registered.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).subject),
    ).toEqual([`${topic}.enriched-value`, `${topic}-value`]);
  });

  it('checks the schemas offline and against the registry, and changes nothing there', async () => {
    await using cluster = await connectCluster();
    const topic = uniqueName('calls');
    const env = environment(cluster, topic);
    const subject = `${topic}.enriched-value`;
    const check = (...flags: string[]) => callmatch(['schemas', 'check', ...flags], { cwd, env });

    const offline = await callmatch(['schemas', 'check'], { cwd, env: {} });
    expect(offline, offline.err).toMatchObject({
      code: 0,
      out: expect.stringContaining('ok       enriched-call: version 1'),
    });
    const before = await check('--registry');
    expect(before, before.err).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${subject}, not registered yet`),
    });

    expect((await callmatch(['schemas', 'register'], { cwd, env })).code).toBe(0);
    const after = await check('--registry');
    expect(after, after.err).toMatchObject({ code: 0, out: expect.stringContaining(`${subject} version 1`) });

    await using registry = await createRegistryClient({ url: cluster.registryUrl });
    await registry.setCompatibility(subject, 'NONE');
    await registry.register(subject, '{"type":"record","name":"EnrichedCall","namespace":"io.callmatch","fields":[]}');
    const spoiled = await check('--registry', '--json');
    expect(spoiled.code, spoiled.err).toBe(4);
    const checks: { against: string; problems: string[] }[] = spoiled.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const problems = new Map(checks.map((each) => [each.against, each.problems]));
    expect(problems.get(`${subject} version 1`)).toEqual([]);
    expect(problems.get(`${subject} version 2`)).toEqual([expect.stringContaining('new readers fail on old records')]);
    expect(problems.get(`${subject} as a whole`)).toContain('its compatibility is NONE, not FULL_TRANSITIVE');
    expect(await registry.versions(subject)).toHaveLength(2);
    await registry.setCompatibility(subject, 'FULL_TRANSITIVE');
    expect(await registry.refusal(subject, await readSchema('enriched-call'))).toEqual(expect.any(String));

    const nobody = `http://127.0.0.1:${await refusedPort()}`;
    const away = await callmatch(['schemas', 'check', '--registry'], {
      cwd,
      env: { ...env, CALLMATCH_REGISTRY__URL: nobody },
    });
    expect(away.code, away.err).toBe(3);
    expect((await check('--registy')).code).toBe(2);
  });

  it('creates topics as the sources are, again and again, and only looks with --dry-run', async () => {
    await using cluster = await connectCluster();
    const topic = await cluster.createTopic('calls', 3, { 'max.message.bytes': '2000000' });
    const env = environment(cluster, topic);
    const outputs = [`${topic}.dlq`, `${topic}.parked`, `${topic}.enriched`];

    const dry = await callmatch(['topics', 'create', '--dry-run'], { cwd, env });
    expect(dry.code, dry.err).toBe(0);
    for (const output of outputs) expect(dry.out).toContain(`would create  ${output}`);
    expect(await cluster.admin.listTopics()).not.toContain(outputs[0]);

    expect((await callmatch(['topics', 'create'], { cwd, env })).code).toBe(0);
    const { topics } = await cluster.admin.fetchTopicMetadata({ topics: outputs });
    expect(topics.map(({ partitions }) => partitions.length)).toEqual([3, 3, 3]);
    expect(await settings(cluster, `${topic}.dlq`)).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'max.message.bytes': String(2_000_000 + 64 * 1024),
    });
    expect(await settings(cluster, `${topic}.enriched`)).toMatchObject({ 'retention.ms': String(30 * 86_400_000) });

    const again = await callmatch(['topics', 'create', '--json'], { cwd, env });
    expect(again.code, again.out).toBe(0);
    const states = again.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).state);
    expect(new Set(states)).toEqual(new Set(['as-planned']));
  });

  it('says what differs, leaves it as it is, and ends with 4', async () => {
    await using cluster = await connectCluster();
    const topic = await cluster.createTopic('calls', 4);
    await cluster.createTopicsNamed([`${topic}.dlq`], 2);
    const created = await callmatch(['topics', 'create'], { cwd, env: environment(cluster, topic) });
    expect(created.code).toBe(4);
    expect(created.out).toContain('2 partitions instead of 4');
    const { topics } = await cluster.admin.fetchTopicMetadata({ topics: [`${topic}.dlq`] });
    expect(topics[0]?.partitions).toHaveLength(2);
  });
});

async function settings(cluster: Cluster, topic: string): Promise<Record<string, string>> {
  // 2 is TOPIC; the enum of kafkajs is found only through its default export.
  const { resources } = await cluster.admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: topic }],
  });
  const entries = resources[0]?.configEntries ?? [];
  return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
}
