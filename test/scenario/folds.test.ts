/** Calls of several records at a real broker, through the death of the process that has some of them. */
import { expect, it } from 'vitest';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { type Cluster, connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { FOLDING_MAPPING, leg } from '../support/folding-mapping.ts';
import { createTemporaryFiles, type TemporaryFiles } from '../support/temporary-files.ts';

const WINDOW = 64;

function open(cluster: Cluster, files: TemporaryFiles, idle: string): Promise<Callmatch> {
  const mapping = { ...FOLDING_MAPPING, fold: { ...FOLDING_MAPPING.fold, idle } };
  return openCallmatch(cluster, {
    partitions: 1,
    source: { format: 'json', mapping: files.write('legs.yaml', JSON.stringify(mapping)) },
    kafka: { sessionTimeout: '6s' },
    hubspot: { timeouts: { request: '2s' } },
    delivery: { window: WINDOW, inDoubt: { settle: '3s' } },
  });
}

async function send({ kafka, source }: Callmatch, legs: readonly object[], at = Date.now()): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  const messages = legs.map((one) => ({ value: JSON.stringify(one), timestamp: String(at) }));
  await producer.send({ topic: source, acks: -1, messages });
  await producer.disconnect();
}

async function outcomesOf(callmatch: Callmatch, id: string) {
  return (await callmatch.outcomes()).filter(({ externalCallId }) => externalCallId === id);
}

it('makes one call of its records, though the process is killed between them', async () => {
  await using cluster = await connectCluster();
  await using files = createTemporaryFiles();
  await using callmatch = await open(cluster, files, '8s');
  const first = callmatch.spawn();
  // The last one is a call of its own: when it has its outcome, the others have been read.
  await send(callmatch, [leg('a', 1), leg('a', 2, { src: '' }), leg(undefined, 1)]);
  await eventually(first.log, async () => (await outcomesOf(callmatch, 'own-1')).length === 1);
  first.kill('SIGKILL');
  await first.ended;
  expect(callmatch.crm.stats().engagements, 'the call is not over yet').toBe(1);

  await send(callmatch, [leg('a', 3, { src: '' }), leg('b', 1, { event: 'LINKEDID_END' })]);
  const second = callmatch.spawn();
  await eventually(second.log, async () => (await outcomesOf(callmatch, 'a')).length > 0, 60_000);
  expect(await outcomesOf(callmatch, 'a')).toMatchObject([
    { talkSeconds: 30, sources: [{ offset: 0 }, { offset: 1 }, { offset: 3 }] },
  ]);
  expect(callmatch.crm.stats()).toMatchObject({ engagements: 3, repeatedCallIds: 0 });
  second.kill('SIGTERM');
  expect(await second.ended, second.log()).toBe(0);
  expect(await callmatch.committed()).toEqual([5]);
});

it('lets the others go on while a call is open for long, and makes one call of it through a kill', async () => {
  const others = WINDOW * 4;
  await using cluster = await connectCluster();
  await using files = createTemporaryFiles();
  await using callmatch = await open(cluster, files, '2h');
  const first = callmatch.spawn();
  await send(callmatch, [leg('a', 1)], Date.now() - 3_600_000);
  await send(
    callmatch,
    Array.from({ length: others }, (_, n) => leg(undefined, n)),
  );
  await eventually(
    first.log,
    async () => (await callmatch.outcomes()).length === others && (await callmatch.committed())[0] === others + 1,
    30_000,
  );
  first.kill('SIGKILL');
  await first.ended;

  await send(callmatch, [leg('a', 2, { src: '', event: 'LINKEDID_END' })]);
  const second = callmatch.spawn();
  await eventually(second.log, async () => (await outcomesOf(callmatch, 'a')).length > 0, 60_000);
  second.kill('SIGTERM');
  expect(await second.ended, second.log()).toBe(0);
  expect(await outcomesOf(callmatch, 'a')).toMatchObject([
    { talkSeconds: 20, sources: [{ offset: 0 }, { offset: others + 1 }] },
  ]);
  expect(callmatch.crm.stats()).toMatchObject({ engagements: others + 1, repeatedCallIds: 0 });
  expect(await callmatch.committed()).toEqual([others + 2]);
});
