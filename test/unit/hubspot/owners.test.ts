/**
 * Reading owners: from the simulator, and what is not the contract. That the simulator answers as HubSpot does is not
 * held by a contract test: HubSpot's spec of the owners is not among the files that the others are checked against.
 */
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/cdr/call.ts';
import { ownersPath, readOwners } from '../../../src/hubspot/owners.ts';
import { emailOf, type OwnersWorld, startOwnersWorld } from '../../support/owners-world.ts';
import { sampleCall } from '../../support/sample-call.ts';

/** A call that an agent took, by his address. */
function callOf(n: number): Call {
  const { userId: _, ...call } = sampleCall({ potentialRecipientUserIds: [] });
  return { ...call, agent: emailOf(n) };
}
const userOf = async (world: OwnersWorld, n: number) => (await world.drive(world.portal.attribute(callOf(n)))).userId;
const HOUR = 3_600_000;

describe('owners', () => {
  it.each(['2026-03', 'v3'])('are read page by page, all of them, at %s', async (apiVersion) => {
    await using world = await startOwnersWorld({ owners: 1_234, apiVersion });
    expect(await userOf(world, 1_234)).toBe(1_234);
    expect([await userOf(world, 1), await userOf(world, 500), await userOf(world, 501)]).toEqual([1, 500, 501]);
    expect(world.syncs).toEqual([1_234]);
    expect(world.crm.stats().requests.owners).toEqual({ 200: 3 });
    expect(world.sent.map(({ method, path }) => [method, path])).toEqual(
      [undefined, '1000500', '1001000'].map((after) => ['GET', ownersPath(apiVersion, after)]),
    );
  });

  it('take their requests from the quota of the portal', async () => {
    await using world = await startOwnersWorld({ owners: 1_001, quota: { requests: 1, window: 500 } });
    expect(await userOf(world, 1_001)).toBe(1_001);
    expect(world.sent.map(({ at }) => at)).toEqual([0, 500, 1_000]);
  });

  it('are tried again after a 429, which holds up the calls of the portal, too', async () => {
    await using world = await startOwnersWorld({ owners: 501 });
    world.crm.addFault({ kind: 'status', status: 429, retryAfter: 1, endpoint: 'owners', skip: 1, count: 1 });
    expect(await userOf(world, 501)).toBe(501);
    expect(world.crm.stats().requests.owners).toEqual({ 200: 2, 429: 1 });
    expect(world.states).toEqual([]);
  });

  it.each(['status', 'html', 'reset-before-write', 'off-contract'] as const)(
    'that cannot be read (%s) are told once, leave calls without users, and come in a minute',
    async (kind) => {
      await using world = await startOwnersWorld({ owners: 3 });
      world.crm.addFault(kind === 'status' ? { kind, status: 503, endpoint: 'owners' } : { kind, endpoint: 'owners' });
      expect(await userOf(world, 2)).toBeUndefined();
      await world.pass(10_000);
      expect(await userOf(world, 2)).toBeUndefined();
      await world.pass(60_000);
      expect(await userOf(world, 2)).toBeUndefined();
      await world.pass(10_000);
      world.crm.clearFaults();
      await world.pass(60_000);
      expect(await userOf(world, 2)).toBeUndefined();
      await world.quiet();
      expect(await userOf(world, 2)).toBe(2);
      expect(world.syncs).toEqual(['crm-in-doubt', 'crm-in-doubt again', 3]);
      expect(world.states).toEqual([]);
    },
  );

  it('without the scope are told, and calls are submitted all the same', async () => {
    await using world = await startOwnersWorld({ owners: 3, token: 'sim-main-no-owners' });
    expect(await userOf(world, 2)).toBeUndefined();
    expect(world.syncs).toEqual(['crm-forbidden']);
    expect(world.unknown).toEqual([emailOf(2)]);
    expect(world.crm.stats().requests.owners).toEqual({ 403: 1 });
    expect([world.portal.state, world.states]).toEqual([{ state: 'active' }, []]);
  });

  it.each([401, 404])('refused with %d do not pause the portal', async (status) => {
    await using world = await startOwnersWorld({ owners: 3 });
    world.crm.addFault({ kind: 'status', status, endpoint: 'owners' });
    expect(await userOf(world, 2)).toBeUndefined();
    expect([world.syncs.length, world.states]).toEqual([1, []]);
  });

  it('used up for the day pause it, as any other request would', async () => {
    await using world = await startOwnersWorld({ owners: 3 });
    world.crm.addFault({ kind: 'status', status: 429, policy: 'DAILY', endpoint: 'owners', count: 1 });
    expect(await userOf(world, 2)).toBeUndefined();
    expect([world.syncs, world.portal.state.state]).toEqual([['crm-daily-limit'], 'paused']);
  });

  it('that hang hold a call up for two seconds', async () => {
    await using world = await startOwnersWorld({ owners: 3 });
    world.crm.addFault({ kind: 'hang', endpoint: 'owners', count: 1 });
    const call = world.portal.attribute(callOf(2));
    while (world.crm.stats().requests.owners === undefined) await new Promise((resolve) => setImmediate(resolve));
    await world.clock.elapse(2_000);
    expect((await call).userId).toBeUndefined();
  });

  it('are read anew in the background when they are old', async () => {
    await using world = await startOwnersWorld({ owners: 3 });
    expect(await userOf(world, 2)).toBe(2);
    world.crm.addFault({ kind: 'status', status: 500, endpoint: 'owners', count: 3 });
    await world.clock.elapse(HOUR);
    expect(await userOf(world, 2)).toBe(2);
    await world.pass(10_000);
    await world.pass(60_000);
    expect(await userOf(world, 3)).toBe(3);
    await world.quiet();
    expect(world.syncs).toEqual([3, 'crm-in-doubt', 3]);
  });

  it('cost nothing while no call needs them', async () => {
    await using world = await startOwnersWorld({ owners: 3 });
    await world.portal.attribute(sampleCall());
    expect([world.sent, world.clock.pending]).toEqual([[], 0]);
  });
});

describe('readOwners', () => {
  const page = (body: unknown) => readOwners({ status: 200, headers: {}, body: JSON.stringify(body) }, 0);

  it('leaves out who has left, queues, and who has no user id', () => {
    const results = [
      { id: '1', email: 'a@example.com', userId: 101, archived: false, type: 'PERSON' },
      { id: '2', email: 'b@example.com', userId: 102, archived: true },
      { id: '3', email: 'c@example.com', userIdIncludingInactive: 103 },
      { id: '4', email: 'd@example.com', userId: null },
      { id: '5', userId: 105, type: 'QUEUE' },
      { id: '6', email: '', userId: 106 },
    ];
    expect(page({ results })).toEqual({ users: [['a@example.com', 101]], next: undefined });
    expect(page({ results: [], paging: { next: { after: 7, link: 'x' } } })).toEqual({ users: [], next: '7' });
    expect(page({ results: [], paging: null })).toEqual({ users: [], next: undefined });
  });

  it.each([{}, [], { results: {} }, { results: [{ email: 5 }] }, { results: [], paging: { next: {} } }])(
    'takes %j for no contract, and quotes nothing of it',
    (body) => {
      expect(page(body)).toMatchObject({ message: 'the answer of the owners API is not the contract' });
    },
  );

  it('throws what concerns the portal, and gives back what concerns the token', () => {
    expect(readOwners({ status: 403, headers: {}, body: '' }, 0)).toMatchObject({ code: 'crm-forbidden' });
    expect(readOwners({ status: 401, headers: {}, body: '' }, 0)).toMatchObject({ code: 'crm-unauthorized' });
    expect(() => readOwners({ status: 477, headers: {}, body: '' }, 0)).toThrow('HubSpot answered 477');
  });
});
