/** Agents become HubSpot users on the whole way, and a restart takes nobody for another. */
import { expect, it } from 'vitest';
import type { Crm } from '../../src/crm/server.ts';
import type { Processor } from '../../src/processor.ts';
import { openCallmatch } from '../support/callmatch.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const record = (id: string, agent: string) => ({
  key: id,
  value: JSON.stringify({ ...answeredCall(id, 1), agent, rungAgents: [agent, 'bob.broker@example.com'] }),
});

const ended = (processor: Processor, name: 'callEnriched' | 'callSkipped', count: number) =>
  eventually(
    () => `${count} times ${name}`,
    async () => (await processor.telemetry.count(name)) === count,
  );

const askedForOwners = (crm: Crm) => crm.stats().requests.owners ?? {};

it('publishes the user of an agent, and knows the call again after a restart', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, {
    partitions: 1,
    users: { table: { '201': 77 }, sync: 'owners' },
  });
  await cluster.produce(callmatch.source, [
    record('a', 'Alice.Agent@example.com'),
    record('b', '201'),
    record('c', 'nobody@example.com'),
  ]);
  const first = await callmatch.start();
  await ended(first, 'callEnriched', 3);
  expect(await first.telemetry.count('agentUnknown')).toBe(1);
  expect(await first.telemetry.count('usersSynced')).toBe(1);
  expect(askedForOwners(callmatch.crm)).toEqual({ 200: 1 });
  const users = (await callmatch.outcomes()).map(({ externalCallId, userId }) => [externalCallId, userId]);
  expect(users.sort()).toEqual([
    ['a', 101],
    ['b', 77],
    ['c', null],
  ]);
  await first.stop();

  await cluster.produce(callmatch.source, [
    record('a', 'alice.agent@EXAMPLE.com'),
    record('b', 'chris.closer@example.com'),
  ]);
  const second = await callmatch.start();
  await ended(second, 'callSkipped', 2);
  expect(await second.telemetry.count('callSkipped', { reason: 'duplicate' })).toBe(1);
  expect(await second.telemetry.count('callSkipped', { reason: 'revision' })).toBe(1);
  expect(callmatch.crm.engagements()).toHaveLength(3);
});
