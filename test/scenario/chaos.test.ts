/** A short chaos run: the same code as `npm run chaos`, on the broker of the suite, which is not stopped. */
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createKafkaClient } from '../../src/kafka/client.ts';
import { runChaos } from '../chaos/chaos.ts';
import { brokenPromises } from '../chaos/report.ts';
import { connectCluster, uniqueName } from '../support/cluster.ts';
import { collectText } from '../support/collected-logs.ts';

const WITHIN_MS = 110_000;

it(
  'loses no call and engages none twice while instances are killed, frozen, and come and go',
  async () => {
    await using cluster = await connectCluster();
    const folder = await mkdtemp(join(tmpdir(), 'callmatch-chaos-'));
    await using cleanUp = new AsyncDisposableStack();
    cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
    cleanUp.defer(() => collectLogsIn(folder));
    const { brokers, registryUrl } = cluster;
    const kafka = await createKafkaClient(configSchema.shape.kafka.parse({ brokers: [...brokers] }), () => {});
    const log: string[] = [];
    const arena = {
      brokers,
      registryUrl,
      kafka,
      topic: uniqueName('chaos'),
      folder,
      signal: AbortSignal.timeout(WITHIN_MS),
      onProgress: (text: string) => void log.push(text),
    };
    const { deeds, records, verdict, looks } = await runChaos(arena, {
      seed: 1,
      calls: 1_500,
      perSecond: 50,
      partitions: 8,
      instances: 3,
      kills: 3,
      freezes: 1,
      scalings: 3,
      brokerRestarts: 0,
      inDoubt: 'verify',
      drainWithin: 40_000,
    });
    expect(brokenPromises({ verdict }), log.join('\n')).toEqual([]);
    expect(deeds).toMatchObject({ kills: 3, freezes: 1 });
    expect(deeds.joins + deeds.leaves).toBe(3);
    expect(records).toBeGreaterThanOrEqual(1_500);
    expect(looks, 'the witness looked').toBeGreaterThan(20);
  },
  WITHIN_MS + 10_000,
);

/** The instances write to files. */
async function collectLogsIn(folder: string): Promise<void> {
  for await (const path of glob('**/*.log', { cwd: folder })) collectText(await readFile(join(folder, path), 'utf8'));
}
