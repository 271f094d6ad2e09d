/** `callmatch dev` as a process: its demo, its end by Ctrl-C, its traffic for a stack that runs already. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { connectCluster, uniqueName } from '../support/cluster.ts';
import { collectOutput, secretsIn } from '../support/collected-logs.ts';
import { eventually } from '../support/eventually.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const cluster = {
    CALLMATCH_KAFKA__BROKERS: inject('brokers').join(),
    CALLMATCH_REGISTRY__URL: inject('registryUrl'),
  };
  const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...cluster, ...env } });
  collectOutput([child.stdout, child.stderr], secretsIn(env));
  return { child, out: text(child.stdout), err: text(child.stderr), ended: once(child, 'exit') };
}

describe('callmatch dev', () => {
  it('--demo shows what became of the records, checks that it adds up, and leaves the cluster as it was', async () => {
    await using cluster = await connectCluster();
    const { out, err, ended } = start(['dev', '--demo', '--records', '300', '--seed', '5']);
    const [code] = await ended;
    expect(code, await err).toBe(0);
    expect(await out).toContain('Every number adds up');
    const topics = await cluster.admin.listTopics();
    expect(topics.filter((topic) => topic.startsWith('callmatch-dev-'))).toEqual([]);
  });

  it('sends until Ctrl-C, and then ends in order', async () => {
    const { child, err, ended } = start(['dev', '--rate', '5']);
    let seen = '';
    child.stderr.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
    await eventually(
      () => seen,
      () => seen.includes('enriched'),
    );
    child.kill('SIGINT');
    const [code] = await ended;
    expect(code, await err).toBe(0);
  });

  it('traffic sends records to the topics of a configuration', async () => {
    await using cluster = await connectCluster();
    const topic = await cluster.createTopic(uniqueName('calls'), 2);
    const settings = { CALLMATCH_SOURCES__0__TOPIC: topic, CALLMATCH_PORTALS__MAIN__TOKEN: 'x' };
    const { out, err, ended } = start(['dev', 'traffic', '--count', '40'], settings);
    const [code] = await ended;
    expect(code, await err).toBe(0);
    const sent = [...(await out).matchAll(/^\s*(\d+) {2}to be /gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    expect((await cluster.consume(topic, sent)).length).toBe(sent);
  });
});
