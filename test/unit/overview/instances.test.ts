import { expect, it } from 'vitest';
import { startOpsServer } from '../../../src/ops/server.ts';
import { askInstances } from '../../../src/overview/instances.ts';
import { startHttpServer } from '../../support/test-servers.ts';

const address = { host: '127.0.0.1', port: 0 };
const probes = (status: unknown, notReady: string[] = []) => {
  return { isAlive: () => true, notReady: () => notReady, metrics: async () => '', status: () => status };
};

it('asks each, and says why one has nothing to say', async () => {
  const mine = { group: 'g', partitions: [] };
  await using ready = await startOpsServer(address, probes(mine));
  await using stopping = await startOpsServer(address, probes(mine, ['stopping', 'no member of the consumer group']));
  await using another = await startOpsServer(address, probes({ ...mine, group: 'h' }));
  await using stranger = await startHttpServer((_, response) => void response.end('<html>'));
  const gone = await startOpsServer(address, probes(mine));
  await gone[Symbol.asyncDispose]();
  const urls = [ready, stopping, another, gone].map(({ port }) => `http://127.0.0.1:${port}`);
  expect(await askInstances([...urls, stranger.origin], 'g')).toMatchObject([
    { url: urls[0], status: mine, notReady: [] },
    { status: mine, notReady: ['stopping', 'no member of the consumer group'] },
    { failure: 'it is of group h' },
    { failure: expect.stringContaining('ECONNREFUSED') },
    { failure: 'something else answers there' },
  ]);
});
