/** Calls of several records at a real broker, through the death of the process that has some of them. */
import { expect, it } from 'vitest';
import { type Callmatch, openCallmatch } from '../support/callmatch.ts';
import { type Cluster, connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { FOLDING_MAPPING, leg } from '../support/folding-mapping.ts';
import { createTemporaryFiles, type TemporaryFiles } from '../support/temporary-files.ts';

const IDLE_S = 8;

function open(cluster: Cluster, files: TemporaryFiles): Promise<Callmatch> {
  const mapping = { ...FOLDING_MAPPING, fold: { ...FOLDING_MAPPING.fold, idle: `${IDLE_S}s` } };
  return openCallmatch(cluster, {
    partitions: 1,
    source: { format: 'json', mapping: files.write('legs.yaml', JSON.stringify(mapping)) },
    kafka: { sessionTimeout: '6s' },
    hubspot: { timeouts: { request: '2s' } },
    delivery: { inDoubt: { settle: '3s' } },
  });
}

async function send({ kafka, source }: Callmatch, ...legs: object[]): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: source, acks: -1, messages: legs.map((one) => ({ value: JSON.stringify(one) })) });
  await producer.disconnect();
}

async function outcomesOf(callmatch: Callmatch, id: string) {
  return (await callmatch.outcomes()).filter(({ externalCallId }) => externalCallId === id);
}

it('makes one call of its records, though the process is killed between them', async () => {
  await using cluster = await connectCluster();
  await using files = createTemporaryFiles();
  await using callmatch = await open(cluster, files);
  const first = callmatch.spawn();
  // The last one is a call of its own: when it has its outcome, the others have been read.
  await send(callmatch, leg('a', 1), leg('a', 2, { src: '' }), leg(undefined, 1));
  await eventually(first.log, async () => (await outcomesOf(callmatch, 'own-1')).length === 1);
  first.kill('SIGKILL');
  await first.ended;
  expect(callmatch.crm.stats().engagements, 'the call is not over yet').toBe(1);

  await send(callmatch, leg('a', 3, { src: '' }), leg('b', 1, { event: 'LINKEDID_END' }));
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
