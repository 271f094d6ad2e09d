/** P4 across owners: whoever takes a partition over makes no second engagement of what was under way. */
import { describe, expect, it } from 'vitest';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { createCallProducer, produceCalls } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

/** As short as a broker allows, so that a test need not wait for long. */
const SHORT = {
  kafka: { sessionTimeout: '6s' },
  hubspot: { timeouts: { request: '2s' } },
  delivery: { inDoubt: { settle: '3s' }, maxInFlight: 4 },
} as const;

const requests = ({ crm }: Callmatch) =>
  Object.values(crm.stats().requests['inbound-call'] ?? {}).reduce((sum, count) => sum + count, 0);

/** Coordinates of the outcomes, sorted: a repeated one stands twice. */
async function ends(callmatch: Callmatch): Promise<string[]> {
  const outcomes = await callmatch.outcomes();
  return outcomes.map(({ sources: [source] }) => `${source?.partition}@${source?.offset}`).sort();
}

describe('a hand-over', () => {
  it('leaves what is on the wire to its old owner, and its new one waits for the outcome', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, {
      partitions: 4,
      crm: { latency: '800-1200ms' },
      delivery: { maxInFlight: 16 },
    });
    const calls = 80;
    await produceCalls(callmatch, callmatch.source, calls);
    const first = await callmatch.start();
    await eventually(
      () => 'calls are on the wire',
      () => first.status().inFlight > 0 && callmatch.crm.stats().engagements > 8,
    );
    // Calls are on the wire now, and when the partitions have moved.
    const second = await callmatch.start();
    await eventually(
      () => 'both have partitions',
      () => [first, second].every((member) => member.isReady() && member.status().partitions.length === 2),
    );
    await eventually(
      () => `${callmatch.crm.stats().engagements} engagements`,
      async () => (await ends(callmatch)).length >= calls,
    );
    await Promise.all([first.stop(), second.stop()]);
    const published = await ends(callmatch);
    expect(published).toHaveLength(calls);
    expect(new Set(published).size, 'no outcome is published twice').toBe(calls);
    expect(callmatch.crm.stats()).toMatchObject({ externalCallIds: calls, repeatedCallIds: 0 });
    const lookUps = await Promise.all([first, second].map((member) => member.telemetry.count('callLookedUp')));
    expect(lookUps, 'the outcome of what was on the wire came in time').toEqual([0, 0]);
  });

  it('of a frozen owner: it submits and publishes nothing when it wakes', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { ...SHORT, partitions: 2, crm: { latency: '150-250ms' } });
    const calls = 120;
    await produceCalls(callmatch, callmatch.source, calls);
    const frozen = callmatch.spawn();
    await eventually(frozen.log, () => callmatch.crm.stats().engagements > 10);
    // A hundred calls lie ready to be sent.
    frozen.kill('SIGSTOP');
    const heir = await callmatch.start();
    await eventually(
      () => `${callmatch.crm.stats().externalCallIds} calls at the CRM`,
      async () => new Set(await ends(callmatch)).size === calls,
      50_000,
    );
    const [sent, published] = [requests(callmatch), await ends(callmatch)];
    const joins = () => frozen.log().split('joined the consumer group').length;
    const joined = joins();
    frozen.kill('SIGCONT');
    await eventually(frozen.log, () => joins() > joined);
    await eventually(
      () => 'the group is at rest',
      () => heir.isReady(),
    );
    frozen.kill('SIGTERM');
    await frozen.ended;
    expect(requests(callmatch), 'requests of the one that woke').toBe(sent);
    expect(await ends(callmatch)).toEqual(published);
    expect(new Set(published).size).toBe(published.length);
    expect(callmatch.crm.stats()).toMatchObject({ externalCallIds: calls, repeatedCallIds: 0 });
  });

  it('by a kill: what may have been sent is looked up, and only what is not there is sent again', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, {
      ...SHORT,
      partitions: 2,
      crm: { latency: '150-250ms', searchLagMs: 500 },
    });
    const calls = 60;
    await produceCalls(callmatch, callmatch.source, calls);
    const first = callmatch.spawn();
    await eventually(first.log, () => callmatch.crm.stats().engagements > 10);
    first.kill('SIGKILL');
    await first.ended;
    const heir = await callmatch.start();
    await eventually(
      () => `${callmatch.crm.stats().externalCallIds} calls at the CRM`,
      async () => new Set(await ends(callmatch)).size === calls,
      50_000,
    );
    await heir.stop();
    expect(callmatch.crm.stats()).toMatchObject({ externalCallIds: calls, repeatedCallIds: 0 });
    const found = await heir.telemetry.count('callLookedUp', { found: 'true' });
    expect(found, 'calls of which the answer was lost with the process').toBeGreaterThan(0);
    const verdicts = (await callmatch.outcomes()).filter(({ verdict }) => verdict === 'verified');
    expect(verdicts).toHaveLength(found);
  });
});

describe('repeats', () => {
  it('are known again after a restart', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 1 });
    const producer = await createCallProducer(callmatch, callmatch.source);
    await producer.send('one', 'two');
    const first = await callmatch.start();
    await eventually(
      () => 'both are enriched',
      async () => (await first.telemetry.count('callEnriched')) === 2,
    );
    await first.stop();
    // The producer numbers its calls, so `two` comes with another caller this time.
    await producer.send('two');
    const second = await callmatch.start();
    await eventually(
      () => 'the second record of the call is skipped',
      async () => (await second.telemetry.count('callSkipped', { reason: 'revision' })) === 1,
    );
    expect(callmatch.crm.stats()).toMatchObject({ engagements: 2, repeatedCallIds: 0 });
    expect((await callmatch.outcomes()).map(({ outcome, reason }) => [outcome, reason])).toContainEqual([
      'skipped',
      'revision',
    ]);
    await producer.disconnect();
  });
});
