/**
 * P10: no token, no full phone number and no agent's address in what the service writes, at its most talkative. The
 * logs of all other scenarios are searched at the end of the run: `test/support/stack.ts`.
 */
import { expect, it } from 'vitest';
import { openCallmatch } from '../support/callmatch.ts';
import { answeredCall } from '../support/canonical-calls.ts';
import { connectCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const TOKEN = 'sim-main';
const CALLER = '2025550143';
/** An owner of the simulator, one of the table, and a stranger. */
const AGENTS = ['alice.agent@example.com', 'mallory@example.com', 'nobody.knows@example.com'] as const;

it('keeps tokens, numbers and agents out of logs, metrics, status and the headers of dead letters', async () => {
  await using cluster = await connectCluster();
  await using callmatch = await openCallmatch(cluster, { users: { table: { [AGENTS[1]]: 7 }, sync: 'owners' } });
  callmatch.crm.addFault({ kind: 'status', status: 400, message: `no good: +1${CALLER}`, externalCallId: 'refused' });
  const [owner, , stranger] = AGENTS;
  const call = (id: string, from: string, agent: string = owner) => {
    return { key: id, value: JSON.stringify({ ...answeredCall(id, 1), from, agent, rungAgents: AGENTS }) };
  };
  await cluster.produce(callmatch.source, [
    call('refused', `+1${CALLER}`),
    call('taken', `tel:+1${CALLER}`),
    call('strange', `tel:+1${CALLER}`, stranger),
    call('broken', `+1${CALLER}99999999`),
    { key: 'cut', value: `{"from": "+1${CALLER}` },
  ]);
  const service = callmatch.spawn();
  await eventually(service.log, async () => (await callmatch.deadLetters()).length === 3);
  await eventually(service.log, async () => (await callmatch.outcomes()).length === 2);
  const port = /"port":(\d+)/.exec(service.log())?.[1];
  const pages = await Promise.all(
    ['metrics', 'status', 'ready'].map(async (page) => (await fetch(`http://127.0.0.1:${port}/${page}`)).text()),
  );
  service.kill('SIGTERM');
  expect(await service.ended, service.log()).toBe(0);

  const outcomes = await callmatch.outcomes();
  expect(new Map(outcomes.map(({ externalCallId, userId }) => [externalCallId, userId]))).toEqual(
    new Map([
      ['taken', 101],
      ['strange', null],
    ]),
  );
  const headers = (await callmatch.deadLetters()).flatMap((letter) => Object.values(letter.headers).map(String));
  expect([service.log(), ...pages, ...headers].join()).not.toContain(CALLER);
  const written = [service.log(), ...pages, ...headers, JSON.stringify(outcomes)].join('\n');
  expect(written).toContain('call buried');
  expect(written).not.toContain(TOKEN);
  expect(written).toContain('n***@example.com');
  for (const agent of AGENTS) expect(written.toLowerCase()).not.toContain(agent);
});
