/** P10: no token and no full phone number in what the service writes, at its most talkative. */
import { expect, it } from 'vitest';
import { openCallmatch } from '../support/callmatch.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const TOKEN = 'sim-main';
const CALLER = '2025550143';

it('keeps tokens and numbers out of logs, metrics, status and the headers of dead letters', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, { log: 'trace' });
  callmatch.crm.addFault({ kind: 'status', status: 400, message: `no good: +1${CALLER}`, count: 1 });
  const call = (id: string, from: string) => ({ key: id, value: JSON.stringify({ ...answeredCall(id, 1), from }) });
  await cluster.produce(callmatch.source, [
    call('refused', `+1${CALLER}`),
    call('taken', `tel:+1${CALLER}`),
    call('broken', `+1${CALLER}99999999`),
    { key: 'cut', value: `{"from": "+1${CALLER}` },
  ]);
  const service = callmatch.spawn();
  await eventually(service.log, async () => (await callmatch.deadLetters()).length === 3);
  await eventually(service.log, async () => (await callmatch.outcomes()).length === 1);
  const port = /"port":(\d+)/.exec(service.log())?.[1];
  const pages = await Promise.all(
    ['metrics', 'status', 'ready'].map(async (page) => (await fetch(`http://127.0.0.1:${port}/${page}`)).text()),
  );
  service.kill('SIGTERM');
  expect(await service.ended, service.log()).toBe(0);

  const headers = (await callmatch.deadLetters()).flatMap((letter) => Object.values(letter.headers).map(String));
  const written = [service.log(), ...pages, ...headers].join('\n');
  expect(written).toContain('call buried');
  expect(written).not.toContain(TOKEN);
  expect(written).not.toContain(CALLER);
});
