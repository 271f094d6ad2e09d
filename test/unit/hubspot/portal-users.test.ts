/** From an agent's address to the users that HubSpot is told of, through the portal and a real simulator. */
import { expect, it } from 'vitest';
import type { Call } from '../../../src/cdr/call.ts';
import { ALWAYS_GRANTED } from '../../../src/hubspot/permission.ts';
import { emailOf, type OwnersWorld, startOwnersWorld } from '../../support/owners-world.ts';
import { sampleCall } from '../../support/sample-call.ts';

/** @param agents numbers of owners, or names of the table; the first one took the call */
function callOf(externalCallId: string, ...agents: (number | string)[]): Call {
  const { userId: _, ...call } = sampleCall({ externalCallId, potentialRecipientUserIds: [] });
  const [agent = '', ...rest] = agents.map((one) => (typeof one === 'number' ? emailOf(one) : one));
  return { ...call, agent, agents: [agent, ...rest] };
}

async function submit(world: OwnersWorld, call: Call) {
  const signal = new AbortController().signal;
  const attributed = await world.drive(world.portal.attribute(call));
  await world.drive(world.portal.submit(attributed, { lane: 'live', signal, permission: ALWAYS_GRANTED }));
  const bodies = world.sent.flatMap(({ body }) => (body === undefined ? [] : JSON.parse(body)));
  const sent = bodies.find(({ externalCallId }) => externalCallId === call.externalCallId);
  return [sent.userId, sent.potentialRecipientUserIds];
}

it('a call is logged with the users of the table and of HubSpot', async () => {
  await using world = await startOwnersWorld({ owners: 3, users: { table: { '201': 77, [emailOf(3)]: 78 } } });
  expect(await submit(world, callOf('a', 2, '201', 3, 'nobody'))).toEqual([2, [2, 77, 78]]);
  expect(await submit(world, callOf('b', '201'))).toEqual([77, [77]]);
  expect(await submit(world, callOf('c', 'nobody'))).toEqual([undefined, []]);
  expect(world.unknown).toEqual(['nobody', 'nobody']);
});

it('a GET has no body and no content type', async () => {
  await using world = await startOwnersWorld({ owners: 1 });
  await submit(world, callOf('a', 1));
  expect(world.sent.map(({ method, body, contentType }) => [method, typeof body, contentType])).toEqual([
    ['GET', 'undefined', undefined],
    ['POST', 'string', 'application/json'],
  ]);
});

it('without the scope, calls go without users, and the portal stays as it is', async () => {
  await using world = await startOwnersWorld({ owners: 3, token: 'sim-main-no-owners' });
  expect(await submit(world, callOf('a', 1))).toEqual([undefined, []]);
  expect(await submit(world, callOf('b', 2))).toEqual([undefined, []]);
  expect(world.portal.state).toEqual({ state: 'active' });
  expect(world.crm.stats().requests.owners).toEqual({ 403: 1 });
});

it('a fresh call waits for the owners before its own request, and they for nobody', async () => {
  await using world = await startOwnersWorld({ owners: 501, quota: { requests: 3, window: 10_000 } });
  const calls = ['a', 'b', 'c'].map((id) => submit(world, callOf(id, 501)));
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 3 }, () => [501, [501]]));
  expect(world.sent.map(({ method, at }) => [method, at])).toEqual([
    ['GET', 0],
    ['GET', 0],
    ['POST', 0],
    ['POST', 10_000],
    ['POST', 10_000],
  ]);
});
