/** `callmatch preview` says of a topic what the service then does with it, and leaves no trace. */
import { readFile } from 'node:fs/promises';
import type { Message } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/crm/random.ts';
import { createCanonicalEncoder } from '../../src/dev/traffic-encoder.ts';
import type { Processor } from '../../src/processor.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { callmatch as command } from '../support/callmatch-process.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { type Cluster, connectCluster, uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { hostileRecords } from '../support/hostile-records.ts';

const SEED = Number(process.env.CALLMATCH_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

interface CountedEnd {
  readonly outcome: 'enriched' | 'skipped' | 'buried';
  readonly reason: string | null;
  readonly portal: string | null;
  readonly count: number;
}

/** Runs the command with the settings of a service. */
function previewOf({ config, registryUrl, source }: Callmatch, ...args: string[]) {
  const env = {
    CALLMATCH_KAFKA__BROKERS: config.kafka.brokers.join(),
    CALLMATCH_KAFKA__GROUP_ID: config.kafka.groupId,
    CALLMATCH_REGISTRY__URL: registryUrl,
    CALLMATCH_SOURCES__0__TOPIC: source,
    CALLMATCH_SOURCES__0__DEFAULT_COUNTRY: 'US',
    CALLMATCH_PORTALS__MAIN__TOKEN: 'sim-main',
  };
  return command(['preview', ...args], { cwd: import.meta.dirname, env });
}

/** What is hostile, good, there twice, withheld, and no call of ours. */
async function records(registryUrl: string, topic: string): Promise<Message[]> {
  await using registry = await createRegistryClient({ url: registryUrl });
  const schema = await readFile(new URL('../../schemas/call-detail-record.avsc', import.meta.url), 'utf8');
  const encodeRecord = await createCanonicalEncoder(await registry.register(`${topic}-value`, schema));
  const encode = (record: object) => encodeRecord({ kind: 'avro', record: { ...record } }) ?? Buffer.alloc(0);
  const good = Array.from({ length: 50 }, (_, n) => answeredCall(`good-${n}`, n));
  const others = [
    ...good.slice(0, 7),
    ...good.slice(0, 3).map((call) => ({ ...call, talkSeconds: 999 })),
    ...good.slice(0, 5).map((call, n) => ({ ...call, id: `hidden-${n}`, from: 'anonymous' })),
    ...good.slice(0, 4).map((call, n) => ({ ...call, id: `out-${n}`, direction: 'outbound' })),
  ];
  const hostile = hostileRecords({ count: 400, random: seededRandom(SEED), encode });
  return [...hostile, ...[...good, ...others].map((call) => ({ value: encode(call) }))];
}

async function serviceCounts({ telemetry: { count } }: Processor, ends: readonly CountedEnd[]): Promise<CountedEnd[]> {
  const happened = { enriched: 'callEnriched', skipped: 'callSkipped', buried: 'callBuried' } as const;
  return Promise.all(
    ends.map(async (end) => {
      const { outcome, reason } = end;
      const labels = outcome === 'enriched' ? {} : outcome === 'skipped' ? { reason } : { code: reason };
      return { ...end, count: Number(await count(happened[outcome], labels as Record<string, string>)) };
    }),
  );
}

/** Over all portals. */
function byReason(ends: readonly CountedEnd[]): CountedEnd[] {
  const sums = new Map<string, CountedEnd>();
  for (const end of ends) {
    const key = `${end.outcome} ${end.reason}`;
    sums.set(key, { ...end, portal: null, count: end.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()];
}

async function groupsOf(cluster: Cluster): Promise<string[]> {
  return (await cluster.admin.listGroups()).groups.map(({ groupId }) => groupId);
}

describe('callmatch preview', () => {
  it(`counts what the service does (CALLMATCH_TEST_SEED=${SEED})`, { timeout: 60_000 }, async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 1 });
    const messages = await records(callmatch.registryUrl, callmatch.source);
    for (let at = 0; at < messages.length; at += 50)
      await cluster.produce(callmatch.source, messages.slice(at, at + 50));

    const { code, out, err } = await previewOf(callmatch, '--from', 'earliest', '--json', '--sample', '1');
    expect(code, err).toBe(4);
    const found = JSON.parse(out);
    const ends: readonly CountedEnd[] = byReason(found.outcomes);
    expect(found).toMatchObject({ complete: true, records: messages.length, ends: messages.length });
    expect(ends.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual(
      expect.arrayContaining(['enriched null', 'skipped duplicate', 'skipped revision', 'skipped withheld']),
    );
    expect(await groupsOf(cluster)).not.toContain(callmatch.config.kafka.groupId);
    expect(await callmatch.outcomes()).toEqual([]);

    await using processor = await callmatch.start();
    await eventually(
      () => JSON.stringify(processor.status().partitions),
      async () => (await callmatch.committed()).reduce((sum, offset) => sum + offset, 0) === messages.length,
      30_000,
    );
    expect(await processor.telemetry.count('callRead')).toBe(found.ends);
    expect(await serviceCounts(processor, ends)).toEqual(ends);
  });

  it('reads no more than it is told, and names what is missing', { timeout: 60_000 }, async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 2 });
    const value = JSON.stringify(answeredCall('one', 1));
    await cluster.produce(
      callmatch.source,
      [0, 0, 0, 1].map((partition) => ({ partition, value })),
    );

    const some = await previewOf(callmatch, '--from', '-1h', '--partitions', '0', '--limit', '2', '--json');
    expect(some.code, some.err).toBe(0);
    expect(JSON.parse(some.out)).toMatchObject({ records: 2, ranges: [{ partition: 0, from: 0, to: 2 }] });

    const told = await previewOf(callmatch, '--from', '1', '--to', '2');
    expect(told.code, told.err).toBe(0);
    expect(told.out).toContain('2 partitions: 1 record, 1 end');

    const missing = await previewOf({ ...callmatch, source: uniqueName('missing') }, '--from', 'earliest');
    expect(missing.code, missing.err).toBe(3);
    expect(missing.err).toContain('topic-missing');
  });
});
