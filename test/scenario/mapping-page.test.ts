/** The end of docs/mapping.md: the mapping of the page looks at a real topic, and is switched on. */
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startCrm } from '../../src/crm/server.ts';
import { connectCluster, uniqueName } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { openShell, readPage, shown } from '../support/page.ts';
import { createTemporaryFiles } from '../support/temporary-files.ts';

const FILES = fileURLToPath(new URL('../../examples/first-mapping/', import.meta.url));

it('previews the topic as the page shows, and submits', async () => {
  await using cluster = await connectCluster();
  await using files = createTemporaryFiles();
  await using crm = await startCrm({ quota: 'none' });
  await cp(FILES, files.folder, { recursive: true });
  const topic = await cluster.createTopic('hafner.cdr');
  const records = (await readFile(join(FILES, 'records.jsonl'), 'utf8')).trim().split('\n');
  const send = () =>
    cluster.produce(
      topic,
      records.map((value) => ({ value })),
    );
  await send();
  await using shell = await openShell(files.folder, {
    CALLMATCH_KAFKA__BROKERS: cluster.brokers.join(),
    CALLMATCH_KAFKA__GROUP_ID: uniqueName('group'),
    CALLMATCH_REGISTRY__URL: cluster.registryUrl,
    CALLMATCH_SOURCES__0__TOPIC: topic,
    CALLMATCH_OUTPUT__TOPIC: uniqueName('outcomes'),
    CALLMATCH_PORTALS__MAIN__TOKEN: 'sim-main',
    CALLMATCH_PORTALS__MAIN__BASE_URL: crm.url,
    CALLMATCH_HTTP__PORT: '0',
  });
  const sections = await readPage('mapping.md');
  const commands = sections.slice(-2).flatMap(({ commands }) => commands);
  expect(commands.at(-1)?.line).toBe('callmatch run');
  for (const { line, code, output } of commands.slice(0, -1)) {
    const ended = await shell.run(line);
    expect({ line, code: ended.code }, ended.err).toEqual({ line, code });
    if (output !== undefined) expect(ended.out).toMatch(shown(output.replaceAll('hafner.cdr', topic)));
  }

  const service = shell.start('callmatch run');
  await eventually(service.log, () => service.log().includes('partitions restored'));
  await send();
  await eventually(service.log, () => crm.stats().engagements === 4);
  expect(await service.stop()).toBe(0);
});
