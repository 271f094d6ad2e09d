import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { bodyOf, CALL_SEARCH, callOf, INBOUND_CALL, post } from '../../support/crm-request.ts';
import { SimulatorClock } from '../../support/simulator-clock.ts';

let crm: Crm;
let clock: SimulatorClock;
beforeEach(async () => {
  clock = new SimulatorClock();
  crm = await startCrm({ clock, quota: 'none' });
});
afterEach(() => crm[Symbol.asyncDispose]());

const search = (body: unknown, token = 'sim-main') => post(crm.url + CALL_SEARCH, body, { token });
const byIds = (...values: string[]) => ({
  filterGroups: [{ filters: [{ propertyName: 'hs_call_external_id', operator: 'IN', values }] }],
});
const log = async (...ids: string[]) => {
  for (const id of ids) await post(crm.url + INBOUND_CALL, callOf(id));
};

test('a call is found by its external id once the index has caught up, not before', async () => {
  await log('call-a');
  clock.advance(1999);
  expect(await bodyOf(search(byIds('call-a')))).toEqual({ total: 0, results: [] });
  clock.advance(1);
  const { total, results } = await bodyOf(search({ ...byIds('call-a'), properties: ['hs_call_external_id', 'nope'] }));
  expect(total).toBe(1);
  expect(results).toEqual([
    {
      id: String(crm.engagements()[0]?.id),
      properties: {
        hs_call_external_id: 'call-a',
        hs_createdate: '2026-01-01T00:00:00.000Z',
        hs_lastmodifieddate: '2026-01-01T00:00:00.000Z',
        hs_object_id: String(crm.engagements()[0]?.id),
        nope: null,
      },
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      archived: false,
    },
  ]);
});

test('EQ ignores case; IN needs lower case, as with HubSpot', async () => {
  await log('Call-B');
  clock.advance(2000);
  const eq = {
    filterGroups: [{ filters: [{ propertyName: 'hs_call_external_id', operator: 'EQ', value: 'call-B' }] }],
  };
  expect((await bodyOf(search(eq))).total).toBe(1);
  expect((await bodyOf(search(byIds('call-b')))).total).toBe(1);
  expect((await bodyOf(search(byIds('Call-B')))).total).toBe(0);
});

test('results come in pages', async () => {
  await log('a', 'b', 'c');
  clock.advance(2000);
  const first = await bodyOf(search({ limit: 2, properties: ['hs_call_external_id'] }));
  expect(first).toMatchObject({ total: 3, paging: { next: { after: '2' } } });
  const second = await bodyOf(search({ limit: 2, after: first.paging.next.after }));
  expect(second).toMatchObject({ total: 3, results: [{ id: String(crm.engagements()[2]?.id) }] });
  expect(second.paging).toBeUndefined();
});

test('the sixth search of a second is answered 429 without rate headers; inbound calls are not touched', async () => {
  for (let count = 0; count < 5; count += 1) expect((await search({})).status).toBe(200);
  const refused = await search({});
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({
    policyName: 'SECONDLY',
    message: 'You have reached your secondly limit.',
  });
  expect(refused.headers.get('x-hubspot-ratelimit-max')).toBeNull();
  expect((await post(crm.url + INBOUND_CALL, callOf('x'))).status).toBe(200);
  clock.advance(1000);
  expect((await search({})).status).toBe(200);
});

const FILTER = { propertyName: 'a', operator: 'EQ', value: 'b' };

test.each([
  [{ limit: 201 }, /limit/],
  [{ after: 'x' }, /after/],
  [{ filterGroups: Array(6).fill({ filters: [FILTER] }) }, /filterGroups/],
  [{ filterGroups: [{ filters: Array(7).fill(FILTER) }] }, /filters/],
  [{ filterGroups: Array(4).fill({ filters: Array(5).fill(FILTER) }) }, /at most 18 filters/],
  [{ filterGroups: [{ filters: [{ ...FILTER, operator: 'LIKE' }] }] }, /operator/],
  [{ filters: [FILTER] }, /filters/],
  [{ query: 'x' }, /text search/],
  [{ sorts: ['a'] }, /oldest first/],
  [{ properties: ['x'.repeat(3000)] }, /3000 characters/],
  [{ after: 9990, limit: 100 }, /10000 results/],
])('refuses %j', async (body, message) => {
  const answer = await search(body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ category: 'VALIDATION_ERROR', message: expect.stringMatching(message) });
});

test('a token may log calls and not search', async () => {
  const answer = await search({}, 'sim-main-no-search');
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ category: 'MISSING_SCOPES' });
  expect((await post(crm.url + INBOUND_CALL, callOf('x'), { token: 'sim-main-no-search' })).status).toBe(200);
});
