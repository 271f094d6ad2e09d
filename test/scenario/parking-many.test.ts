/** A hundred portals in trouble at once. */
import { expect, it } from 'vitest';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { createCallProducer } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const PORTALS = Array.from({ length: 100 }, (_, n) => `portal-${n}`);
const CALLS = 40;
/** The one that recovers first; not one of those whose calls were parked first. */
const FIRST = 'portal-70';

const taken = ({ crm }: Callmatch, portal: string) => crm.stats().portals[portal]?.externalCallIds ?? 0;

it('one of a hundred portals in trouble recovers and drains while the others stay, and then all do', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, {
    portalNames: PORTALS,
    partitions: 2,
    delivery: { window: 256 },
  });
  const { crm, source } = callmatch;
  const faults = new Map(
    PORTALS.map((portal) => [portal, crm.addFault({ kind: 'status', status: 477, retryAfter: 1, portal })]),
  );
  const processor = await callmatch.start();
  const producer = await createCallProducer(callmatch, source);
  for (let n = 0; n < CALLS; n += 1)
    await Promise.all(PORTALS.map((portal) => producer.sendOf(portal, [`${portal}-${n}`])));
  const parked = () => Object.values(processor.status().parked).reduce((sum, count) => sum + count, 0);
  await eventually(
    () => `${parked()} calls are parked`,
    () => parked() === PORTALS.length * CALLS,
  );

  await fetch(`${crm.url}/_sim/faults/${faults.get(FIRST)}`, { method: 'DELETE' });
  await eventually(
    () => `${taken(callmatch, FIRST)} calls of the first were taken`,
    () => taken(callmatch, FIRST) === CALLS && processor.status().parked[FIRST] === undefined,
  );
  expect(parked()).toBe((PORTALS.length - 1) * CALLS);
  await producer.sendOf(FIRST, ['fresh']);
  await eventually(
    () => 'a fresh call of it is not taken',
    () => taken(callmatch, FIRST) === CALLS + 1,
  );

  crm.clearFaults();
  await eventually(
    () => `${parked()} calls are parked`,
    () => parked() === 0,
  );
  await producer.disconnect();
  const { externalCallIds, repeatedCallIds } = crm.stats();
  expect({ externalCallIds, repeatedCallIds }).toEqual({
    externalCallIds: PORTALS.length * CALLS + 1,
    repeatedCallIds: 0,
  });
}, 180_000);
