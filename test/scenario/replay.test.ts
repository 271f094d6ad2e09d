/** A replay beside what was done before, as a process of its own. */
import { expect, it } from 'vitest';
import { openCallmatch } from '../support/callmatch.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const HALF = 300;

it('sends what has no engagement, and only that, however often it is killed and begun again', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, {
    crm: { latency: '20-40ms', searchLagMs: 200 },
    kafka: { sessionTimeout: '6s' },
    hubspot: { timeouts: { request: '2s' } },
    delivery: { inDoubt: { settle: '3s' } },
  });
  const made = () => callmatch.crm.stats().engagements;
  const processor = await callmatch.start();
  const send = (name: string) => {
    const calls = Array.from({ length: HALF }, (_, n) => answeredCall(`${name}-${n}`, n));
    return cluster.produce(
      callmatch.source,
      calls.map((call) => ({ key: call.id, value: JSON.stringify(call) })),
    );
  };
  await send('done');
  await eventually(
    () => `${made()} of ${HALF} are made`,
    // Made and published: one that timed out is in doubt, and nobody would look it up after the offsets were moved.
    async () => (await processor.telemetry.count('callEnriched')) === HALF,
    60_000,
  );
  await processor.stop();
  // A deployment that read these and did nothing with them.
  await send('missed');
  const topic = callmatch.source;
  const ends = await cluster.admin.fetchTopicOffsets(topic);
  const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
  await cluster.admin.setOffsets({ groupId: callmatch.config.kafka.groupId, topic, partitions });

  const replay = (...more: string[]) => callmatch.spawn('replay', '--from', 'earliest', '--json', ...more);
  const rehearsal = replay('--dry-run');
  expect(await rehearsal.ended, rehearsal.log()).toBe(0);
  const foreseen = JSON.parse(rehearsal.log());
  expect(foreseen.outcomes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ outcome: 'enriched', count: HALF }),
      expect.objectContaining({ outcome: 'skipped', reason: 'already-enriched', count: HALF }),
    ]),
  );
  expect(made()).toBe(HALF);
  for (const share of [0.25, 0.5]) {
    const killed = replay();
    await eventually(
      () => `${made()} are made: ${killed.log()}`,
      () => made() >= HALF * (1 + share),
      60_000,
    );
    killed.kill('SIGKILL');
    await killed.ended;
  }
  const last = replay();
  expect(await last.ended, last.log()).toBe(0);
  const summary = JSON.parse(last.log().trim().split('\n').at(-1) ?? '');
  expect(summary).toMatchObject({ isFinished: true, offsets: 2 * HALF });
  expect(made()).toBe(2 * HALF);
  for (let n = 0; n < HALF; n += 1) {
    for (const id of [`done-${n}`, `missed-${n}`]) {
      expect(callmatch.crm.engagements({ externalCallId: id }), id).toHaveLength(1);
    }
  }

  // It is done: the same command has nothing left to do.
  const again = replay();
  expect(await again.ended, again.log()).toBe(0);
  expect(made()).toBe(2 * HALF);
}, 120_000);
