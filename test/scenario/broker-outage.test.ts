/** The broker is away for longer than kafkajs is patient. */
import { expect, it } from 'vitest';
import { startStack } from '../../src/dev/stack.ts';
import { openCallmatch } from '../support/callmatch.ts';
import { produceCalls } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

/** A stack of its own, because it is stopped. */
const ENV = { ...process.env, CALLMATCH_KAFKA__BROKERS: '', CALLMATCH_REGISTRY__URL: '' };
const CALLS = 2_000;

it('is waited for: the process lives on, is not ready, and brings every call to its end', {
  timeout: 150_000,
}, async () => {
  await using stack = await startStack({ env: ENV });
  await using cluster = await connectCluster(stack);
  await using callmatch = await openCallmatch(cluster, { crm: { latency: '80-120ms' }, delivery: { maxInFlight: 8 } });
  await produceCalls(callmatch, callmatch.source, CALLS);
  const processor = await callmatch.start();
  let failure: unknown;
  processor.failed.catch((error: unknown) => {
    failure = error;
  });
  await eventually(
    () => 'calls are taken',
    () => callmatch.crm.stats().engagements > 50,
  );
  await stack.stopBroker();
  // kafkajs gives up after its last retry, some ten seconds later.
  await eventually(
    () => 'the consumer has given up',
    async () => (await processor.telemetry.count('consumerGaveUp')) > 0,
    60_000,
  );
  expect(processor.isReady()).toBe(false);
  const taken = callmatch.crm.stats().engagements;
  expect(taken, 'nothing is sent that could not be written down').toBeLessThan(CALLS);
  await stack.startBroker();
  await eventually(
    () => `${callmatch.crm.stats().externalCallIds} calls at the CRM`,
    async () =>
      (await processor.telemetry.count('callEnriched')) >= CALLS - taken &&
      callmatch.crm.stats().externalCallIds === CALLS,
    60_000,
  );
  await eventually(
    () => 'everything is committed',
    async () => (await callmatch.committed()).reduce((sum, offset) => sum + offset, 0) === CALLS,
  );
  expect(failure).toBeUndefined();
  expect(callmatch.crm.stats().repeatedCallIds).toBe(0);
  const ids = (await callmatch.outcomes()).map(({ externalCallId }) => externalCallId);
  expect(new Set(ids).size).toBe(CALLS);
});
