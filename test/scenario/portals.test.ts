/** Several portals on one topic, over a real broker: whose a call is, and a list that changes while the service runs. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openCallmatch } from '../support/callmatch.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { createTemporaryFiles } from '../support/temporary-files.ts';

const PORTALS = [
  { name: 'acme', hubId: 100001, numbers: ['+12125550100'] },
  { name: 'beta', hubId: 100002, numbers: ['+1213*'] },
  { name: 'gamma', hubId: 100003, numbers: ['+44*', '+12135550199'] },
];
const SEED = { portals: Object.fromEntries(PORTALS.map(({ name, hubId }) => [name, { hubId }])) };

/** Records of every kind of portal, and one of none. */
function record(id: string, n: number, of: { header?: string; field?: string | number; to?: string }) {
  const { header, field, to } = of;
  const value = {
    ...answeredCall(id, n),
    ...(to !== undefined && { to }),
    ...(field !== undefined && { portal: field }),
  };
  return { key: id, value: JSON.stringify(value), headers: header === undefined ? {} : { 'x-portal': header } };
}

describe('one topic with the calls of three portals', () => {
  it.each([
    [
      'a header',
      { header: 'x-portal' },
      [{ header: 'acme' }, { header: '100002' }, { header: 'gamma' }, { header: 'delta' }, {}],
    ],
    [
      'a field',
      { field: 'portal' },
      [{ field: 'acme' }, { field: 100002 }, { field: 'gamma' }, { field: 'delta' }, {}],
    ],
    [
      'the number called',
      { did: true as const },
      [
        { to: '+12125550100' },
        { to: '(213) 555-0100' },
        { to: '+12135550199' },
        { to: '+12145550100' },
        { to: '+33155501000' },
      ],
    ],
  ])("finds whose a call is by %s, and buries what is nobody's", async (_, portal, kinds) => {
    await using cluster = await connectCluster();
    await using callmatch = await openCallmatch(cluster, {
      crm: { seed: SEED },
      source: { portal },
      portals: ({ url }) =>
        Object.fromEntries(
          PORTALS.map(({ name, ...marks }) => [name, { ...marks, baseUrl: url, token: `sim-${name}`, quota: 'none' }]),
        ),
    });
    const broken = { key: 'x', value: 'no call', headers: { 'x-portal': 'beta' } };
    await cluster.produce(callmatch.source, [...kinds.map((kind, n) => record(`call-${n}`, n, kind)), broken]);
    const processor = await callmatch.start();
    await eventually(
      () => 'three are enriched and three buried',
      async () => {
        const [enriched, buried] = ['callEnriched', 'callBuried'] as const;
        return (await processor.telemetry.count(enriched)) === 3 && (await processor.telemetry.count(buried)) === 3;
      },
    );
    const outcomes = (await callmatch.outcomes()).map((outcome) => [
      outcome.externalCallId,
      outcome.portal,
      outcome.hubId,
    ]);
    expect(outcomes.sort()).toEqual([
      ['call-0', 'acme', 100001],
      ['call-1', 'beta', 100002],
      ['call-2', 'gamma', 100003],
    ]);
    const letters = (await callmatch.deadLetters()).map(({ headers }) => [
      String(headers['callmatch.code']),
      headers['callmatch.portal']?.toString(),
    ]);
    expect(letters.sort()).toEqual([
      // A header is there even when the value cannot be read.
      ['undecodable', 'header' in portal ? 'beta' : undefined],
      ['unknown-portal', undefined],
      ['unknown-portal', undefined],
    ]);
    for (const { headers } of await callmatch.deadLetters())
      expect(String(headers['callmatch.message'])).not.toMatch(/2145550100|3155501000/);
  });
});

it('takes a new portal, and holds the calls of one that is switched off until it is on again', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, {
    crm: { seed: SEED },
    source: { portal: { header: 'x-portal' } },
    portals: ({ url }) => ({ acme: { baseUrl: url, token: 'sim-acme', quota: 'none' } }),
  });
  const processor = await callmatch.start();
  const { acme } = callmatch.config.portals;
  if (acme === undefined) throw new Error('acme is configured');
  const beta = { ...acme, token: 'sim-beta' };
  const enriched = (portal: string, count: number) =>
    eventually(
      () => `${count} of ${portal}`,
      async () => (await processor.telemetry.count('callEnriched', { portal })) === count,
    );
  const send = (id: string, n: number, header: string) =>
    cluster.produce(callmatch.source, [record(id, n, { header })]);

  await send('a-1', 1, 'acme');
  await enriched('acme', 1);
  expect(processor.updatePortals({ acme, beta })).toEqual({ added: ['beta'], changed: [], removed: [] });
  await send('b-1', 2, 'beta');
  await enriched('beta', 1);

  processor.updatePortals({ acme: { ...acme, enabled: false }, beta });
  await send('a-2', 3, 'acme');
  await send('b-2', 4, 'beta');
  await enriched('beta', 2);
  expect(processor.status().portals).toContainEqual({ name: 'acme', state: 'disabled', breaker: 'closed', waiting: 0 });
  expect(await processor.telemetry.count('callEnriched', { portal: 'acme' })).toBe(1);
  processor.updatePortals({ acme, beta });
  await enriched('acme', 2);

  processor.updatePortals({ acme });
  await send('b-3', 5, 'beta');
  await eventually(
    () => 'the call of a portal that is gone is buried',
    async () => (await processor.telemetry.count('callBuried', { code: 'unknown-portal' })) === 1,
  );
});

it('finds a portal whose file comes while the process runs, and on SIGHUP a token that has changed', async () => {
  await using files = createTemporaryFiles();
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, {
    crm: { seed: SEED },
    source: { portal: { header: 'x-portal' } },
    portals: ({ url }) => ({ acme: { baseUrl: url, token: 'no-such-token', quota: 'none' } }),
    change: (input) => ({ ...input, portalFiles: files.folder }),
  });
  const { url } = callmatch.crm;
  const service = callmatch.spawn();
  const enriched = (id: string) =>
    eventually(
      () => `${id} is enriched: ${service.log().slice(-500)}`,
      () => callmatch.crm.engagements({ externalCallId: id }).length === 1,
    );
  await eventually(
    () => 'it runs',
    () => service.log().includes('callmatch is running'),
  );
  files.write('beta.yaml', `{ baseUrl: '${url}', token: sim-beta, quota: none }`);
  await eventually(
    () => 'the new file is read',
    () => service.log().includes('list of portals read again'),
  );
  await cluster.produce(callmatch.source, [record('b-1', 1, { header: 'beta' })]);
  await enriched('b-1');

  await cluster.produce(callmatch.source, [record('a-1', 2, { header: 'acme' })]);
  await eventually(
    () => 'acme is paused',
    () => service.log().includes('"state":"paused"'),
  );
  const { file } = service;
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('no-such-token', 'sim-acme'));
  service.kill('SIGHUP');
  await enriched('a-1');
  service.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});
