/** The commands that look at what the service has done. */
import { expect, it } from 'vitest';
import { openCallmatch } from '../support/callmatch.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const CALLER = '+12025550179';

it('says what became of a call, and follows the outcomes, without a full number', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster);
  const processor = await callmatch.start();
  const record = (id: string, more: object = {}) => {
    const call = { id, direction: 'inbound', from: CALLER, to: '+12125550100', status: 'MISSED', ...more };
    return { key: id, value: JSON.stringify(call) };
  };
  await cluster.produce(callmatch.source, [record('good'), record('bad', { status: 'NONSENSE' })]);
  await eventually(
    () => 'both calls have ended',
    async () =>
      (await processor.telemetry.count('callEnriched')) === 1 && (await processor.telemetry.count('callBuried')) === 1,
  );

  const run = async (...command: string[]) => {
    const process = callmatch.spawn(...command);
    return { code: await process.ended, text: process.log() };
  };
  const [good, bad, nobody] = await Promise.all([
    run('outcome', 'good'),
    run('outcome', 'bad', '--json'),
    run('outcome', 'neither', '--since', '1h'),
  ]);
  expect(good.code, good.text).toBe(0);
  expect(good.text).toMatch(/main {2}enriched {2}MISSED/);
  expect(good.text).toContain(`${callmatch.source}/`);
  expect(bad.code, bad.text).toBe(0);
  expect(JSON.parse(bad.text)).toMatchObject({ kind: 'buried', headers: { code: 'invalid-field', portal: 'main' } });
  expect(nobody.code).toBe(4);
  expect(nobody.text).toContain('nothing about neither');

  const status = await run('status', '--json', '--instance', `http://127.0.0.1:${processor.port}`);
  expect(status.code, status.text).toBe(0);
  expect(JSON.parse(status.text)).toMatchObject({
    state: 'Stable',
    members: 1,
    lag: 0,
    portals: [{ name: 'main', state: 'active' }],
    deadLetters: { [`${callmatch.source}.dlq`]: 1 },
  });

  const tail = callmatch.spawn('tail', '--since', 'earliest');
  await eventually(
    () => `the call is shown: ${tail.log()}`,
    () => tail.log().includes('enriched  MISSED'),
  );
  tail.kill('SIGINT');
  expect(await tail.ended).toBe(0);
  for (const text of [good.text, bad.text, tail.log()]) expect(text).not.toContain('5550179');
});
