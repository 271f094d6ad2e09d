/** Processes that die, come and go while calls are parked and drained: nothing is lost, nothing is sent twice. */
import { describe, expect, it } from 'vitest';
import { readToEnd } from '../../src/kafka/topic-reader.ts';
import { type Callmatch, type CallmatchSettings, openCallmatch } from '../support/callmatch.ts';
import { createCallProducer } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const PARTITIONS = 2;
const CALLS = 1_000;
const MOVING = { kind: 'status', status: 477, retryAfter: 1, portal: 'sick' } as const;
/** Its limiter makes draining last for some seconds, so that a process can die in the middle. */
const SETTINGS: CallmatchSettings = {
  portalNames: ['sick', 'well'],
  partitions: PARTITIONS,
  quota: { requests: 200, window: '1s' },
  kafka: { sessionTimeout: '6s' },
  hubspot: { timeouts: { request: '2s' } },
  delivery: { inDoubt: { settle: '5s' } },
  crm: { searchLagMs: 200, latency: '10-30ms' },
};

const taken = ({ crm }: Callmatch) => crm.stats().portals.sick?.externalCallIds ?? 0;

async function parkedRecords({ kafka, source }: Callmatch): Promise<number> {
  let count = 0;
  await readToEnd(kafka, [`${source}.parked`], ({ headers }) => {
    if (headers['callmatch.source-offset'] !== undefined) count += 1;
  });
  return count;
}

async function sendAll(callmatch: Callmatch): Promise<void> {
  const producer = await createCallProducer(callmatch, callmatch.source);
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const ids = Array.from({ length: CALLS / PARTITIONS }, (_, n) => `sick-${partition}-${n}`);
    await producer.sendOf('sick', ids, partition);
  }
  await producer.disconnect();
}

async function expectAllOnce(callmatch: Callmatch): Promise<void> {
  await eventually(
    () => `${taken(callmatch)} calls at the CRM`,
    async () => taken(callmatch) === CALLS && (await outcomeIds(callmatch)).length >= CALLS,
    120_000,
  );
  const { externalCallIds, repeatedCallIds } = callmatch.crm.stats();
  expect({ externalCallIds, repeatedCallIds }).toEqual({ externalCallIds: CALLS, repeatedCallIds: 0 });
  expect(await outcomeIds(callmatch)).toHaveLength(CALLS);
  expect(await callmatch.deadLetters()).toEqual([]);
}

const outcomeIds = async (callmatch: Callmatch) =>
  (await callmatch.outcomes()).map(({ externalCallId }) => externalCallId);

describe('parked calls', () => {
  it('are neither lost nor sent twice when the process is killed while it parks, and twice while it drains', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, SETTINGS);
    callmatch.crm.addFault(MOVING);
    const first = callmatch.spawn();
    await sendAll(callmatch);
    await eventually(
      () => `nothing is parked; ${first.log()}`,
      async () => (await parkedRecords(callmatch)) > 0,
    );
    first.kill('SIGKILL');
    await first.ended;

    callmatch.crm.clearFaults();
    for (const least of [100, 500]) {
      const next = callmatch.spawn();
      await eventually(
        () => `${taken(callmatch)} calls were taken; ${next.log()}`,
        () => taken(callmatch) > least,
        90_000,
      );
      next.kill('SIGKILL');
      await next.ended;
    }
    callmatch.spawn();
    await expectAllOnce(callmatch);
  }, 400_000);

  it('are neither lost nor sent twice when members come and go while they are drained', async () => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, SETTINGS);
    callmatch.crm.addFault(MOVING);
    const first = await callmatch.start();
    await sendAll(callmatch);
    await eventually(
      () => `parked: ${JSON.stringify(first.status())}`,
      () => first.status().parked.sick === CALLS,
    );
    callmatch.crm.clearFaults();
    await eventually(
      () => `${taken(callmatch)} calls were taken`,
      () => taken(callmatch) > 200,
    );
    const second = await callmatch.start();
    await eventually(
      () => `the second has ${JSON.stringify(second.status())}`,
      () => second.status().partitions.length === 1 && second.isReady() && taken(callmatch) > 500,
    );
    await first.stop();
    await expectAllOnce(callmatch);
    // What was in doubt has to settle first, though all has an end.
    await eventually(
      () => `parked: ${JSON.stringify(second.status().parked)}`,
      () => second.status().parked.sick === undefined,
    );
  }, 400_000);
});
