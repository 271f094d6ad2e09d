import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { bodyOf, CALL_SEARCH, callBody, callOf, INBOUND_CALL, post } from '../../support/crm-request.ts';

let crm: Crm;
beforeEach(async () => {
  crm = await startCrm();
});
afterEach(() => crm[Symbol.asyncDispose]());

async function sim(method: string, path: string, body?: unknown) {
  const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const answer = await fetch(`${crm.url}/_sim/${path}`, { method, ...init });
  return { status: answer.status, body: await bodyOf(answer) };
}
const call = (body: unknown) => post(crm.url + INBOUND_CALL, body);

test('health', async () => {
  expect(await sim('GET', 'health')).toEqual({ status: 200, body: { status: 'ok' } });
});

test('stats are those of the handle', async () => {
  await call(callBody());
  const { body } = await sim('GET', 'stats');
  expect(body).toEqual(crm.stats());
  expect(body).toMatchObject({ engagements: 1, portals: { main: { peak: { requests: 1, windowMs: 10_000 } } } });
});

test('engagements by external id, and in pages', async () => {
  for (const id of ['a', 'b', 'a']) await call(callOf(id));
  const { body } = await sim('GET', 'engagements?externalCallId=a&portal=main');
  expect(body.results).toHaveLength(2);
  expect(body.results[0]).toMatchObject({
    portal: 'main',
    externalCallId: 'a',
    properties: { hs_call_external_id: 'a' },
  });
  expect(body.results[0].createdAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  const first = (await sim('GET', 'engagements?limit=2')).body;
  const second = (await sim('GET', `engagements?limit=2&after=${first.after}`)).body;
  const listed = [...first.results, ...second.results].map((each: { externalCallId: string }) => each.externalCallId);
  expect(listed).toEqual(['a', 'b', 'a']);
  expect(second.after).toBeUndefined();
  expect((await sim('GET', 'engagements?limit=x')).status).toBe(400);
  expect((await sim('GET', 'engagements?externalId=a')).status).toBe(400);
});

test('faults are added, one or several, listed, removed and cleared', async () => {
  expect(await sim('POST', 'faults', { kind: 'status', status: 503, count: 1 })).toEqual({
    status: 201,
    body: { ids: [1] },
  });
  expect((await sim('POST', 'faults', [{ kind: 'hang' }, { kind: 'html' }])).body).toEqual({ ids: [2, 3] });
  expect((await call(callBody())).status).toBe(503);
  expect((await sim('GET', 'faults')).body.faults).toMatchObject([
    { id: 1, kind: 'status', hits: 1 },
    { id: 2 },
    { id: 3 },
  ]);
  expect((await sim('DELETE', 'faults/2')).body).toEqual({ removed: 2 });
  expect((await sim('DELETE', 'faults/2')).status).toBe(404);
  expect((await sim('DELETE', 'faults')).status).toBe(200);
  expect((await call(callBody())).status).toBe(200);
});

test.each([
  ['{', /parsed/],
  [{ kind: 'status' }, /0\.status/],
  [{ kind: 'hang', number: 5 }, /0\.number/],
  [[], /body/],
  [[{ kind: 'hang' }, { kind: 'hang', portal: 'nobody' }], /no portal named nobody/],
])('the fault %j is refused with its mistake', async (rule, message) => {
  const { status, body } = await sim('POST', 'faults', rule);
  expect([status, body.message]).toEqual([400, expect.stringMatching(message)]);
  expect((await sim('GET', 'faults')).body.faults).toEqual([]);
});

test('the clock is moved forward, so that the search finds what was just made', async () => {
  await call(callBody());
  expect((await bodyOf(post(crm.url + CALL_SEARCH, {}))).total).toBe(0);
  expect((await sim('POST', 'clock', { advance: '2s' })).status).toBe(200);
  expect((await bodyOf(post(crm.url + CALL_SEARCH, {}))).total).toBe(1);
  expect((await sim('POST', 'clock', { advance: 'tomorrow' })).status).toBe(400);
});

test('a reset forgets all', async () => {
  await call(callBody());
  await sim('POST', 'faults', { kind: 'hang' });
  expect((await sim('POST', 'reset')).status).toBe(200);
  expect(crm.stats()).toMatchObject({ engagements: 0, requests: {} });
  const answer = await call(callBody());
  expect([answer.status, answer.headers.get('x-hubspot-ratelimit-remaining')]).toEqual([200, '109']);
});

test.each([
  ['GET', 'nothing'],
  ['POST', 'stats'],
  ['DELETE', 'faults/x'],
])('%s %s does not exist', async (method, path) => {
  expect((await sim(method, path)).status).toBe(404);
});
