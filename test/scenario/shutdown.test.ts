/** How the service ends: drained by SIGTERM, at once by a second signal, or killed in the middle. */
import { describe, expect, it } from 'vitest';
import { decodeMetadata } from '../../src/kafka/commit-metadata.ts';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { produceCalls } from '../support/canonical-calls.ts';
import { type Cluster, connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const CALLS = 1_500;

/** Calls on the topic, and a CRM slow enough to be caught in the middle. */
async function openLoaded(cluster: Cluster): Promise<Callmatch> {
  const callmatch = await openCallmatch(cluster, { crm: { latency: '10-40ms' } });
  await produceCalls(callmatch, callmatch.source, CALLS);
  return callmatch;
}

const engagements = ({ crm }: Callmatch) => crm.stats().engagements;

/** Ids of the calls that have an outcome. */
async function enriched(callmatch: Callmatch): Promise<Set<string>> {
  return new Set((await callmatch.outcomes()).map(({ externalCallId }) => externalCallId));
}

describe('the service', () => {
  it('drains on SIGTERM: exit 0, nothing on the wire is lost or sent again', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openLoaded(cluster);
    const first = callmatch.spawn();
    await eventually(first.log, () => engagements(callmatch) > 200);
    first.kill('SIGTERM');
    expect(await first.ended, first.log()).toBe(0);

    const sent = engagements(callmatch);
    expect(sent).toBeLessThan(CALLS);
    expect((await enriched(callmatch)).size, 'every call that was sent has its outcome').toBe(sent);

    const second = callmatch.spawn();
    await eventually(second.log, async () => (await enriched(callmatch)).size === CALLS);
    second.kill('SIGTERM');
    expect(await second.ended, second.log()).toBe(0);
    const committed = await callmatch.committed();
    expect(committed.reduce((sum, offset) => sum + offset, 0)).toBe(CALLS);
  });

  it('loses no call to a kill -9', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openLoaded(cluster);
    const first = callmatch.spawn();
    await eventually(first.log, () => engagements(callmatch) > 300);
    first.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    expect((await enriched(callmatch)).size).toBeLessThan(CALLS);

    const second = callmatch.spawn();
    await eventually(second.log, async () => (await enriched(callmatch)).size === CALLS, 60_000);
    expect(await callmatch.deadLetters()).toEqual([]);
  });

  it('sends only the stuck call again, when it is killed with 8,000 done behind it', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, { partitions: 1, delivery: { window: 8192 } });
    const [calls, stuck] = [8_001, 5];
    callmatch.crm.addFault({ kind: 'status', status: 423, externalCallId: `${callmatch.source}-${stuck}` });
    await produceCalls(callmatch, callmatch.source, calls);
    const first = callmatch.spawn();
    const doneBehind = async () => {
      const { groupId } = callmatch.config.kafka;
      const [answer] = await cluster.admin.fetchOffsets({ groupId, topics: [callmatch.source] });
      const [{ offset, metadata } = { offset: '-1', metadata: '' }] = answer?.partitions ?? [];
      const done = decodeMetadata(metadata ?? '', Number(offset), groupId)?.done ?? new Uint8Array();
      return done.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    };
    await eventually(first.log, async () => (await doneBehind()) === calls - stuck - 1);
    expect(await callmatch.committed()).toEqual([stuck]);
    first.kill('SIGKILL');
    await first.ended;

    callmatch.crm.clearFaults();
    const second = callmatch.spawn();
    await eventually(second.log, async () => (await callmatch.committed())[0] === calls);
    const { externalCallIds, repeatedCallIds, requests } = callmatch.crm.stats();
    expect({ externalCallIds, repeatedCallIds }).toEqual({ externalCallIds: calls, repeatedCallIds: 0 });
    expect(requests['inbound-call']?.['200']).toBe(calls);
  }, 120_000);

  it('ends at once with 130 at a second signal', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster);
    callmatch.crm.addFault({ kind: 'hang' });
    await produceCalls(callmatch, callmatch.source, 5);
    const service = callmatch.spawn();
    await eventually(service.log, () => Object.keys(callmatch.crm.stats().requests).length > 0);
    service.kill('SIGTERM');
    await eventually(service.log, () => service.log().includes('stopping'));
    // Signals that come close together count as one: a person who insists is one who keeps pressing.
    let hasEnded = false;
    void service.ended.then(() => {
      hasEnded = true;
    });
    await eventually(service.log, () => {
      service.kill('SIGTERM');
      return hasEnded;
    });
    expect(await service.ended).toBe(130);
  });
});
