import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { bodyOf } from '../../support/crm-request.ts';

let crm: Crm;
beforeAll(async () => {
  const person = (id: number, portals?: string[]) => ({
    id,
    userId: id + 1,
    email: `p${id}@example.com`,
    ...(portals ? { portals } : {}),
  });
  crm = await startCrm({
    seed: {
      portals: { main: { hubId: 1 }, other: { hubId: 2 } },
      owners: [person(30), person(4), person(200, ['other']), { ...person(7), archived: true }],
    },
  });
});
afterAll(() => crm[Symbol.asyncDispose]());

const get = async (query: string, token = 'sim-main', path = '/crm/owners/2026-03') => {
  const answer = await fetch(`${crm.url}${path}${query}`, { headers: { authorization: `Bearer ${token}` } });
  return { ...(await bodyOf(answer)), status: answer.status };
};
const ids = ({ results }: { results: { id: string }[] }) => results.map(({ id }) => id);

test('owners come in pages in the order of their ids, those of the portal only', async () => {
  const first = await get('?limit=1');
  expect(first).toMatchObject({
    status: 200,
    results: [{ id: '4', userId: 5, type: 'PERSON' }],
    paging: { next: { after: '4' } },
  });
  const second = await get(`?limit=1&after=${first.paging.next.after}`);
  expect(ids(second)).toEqual(['30']);
  expect(second.paging).toBeUndefined();
  expect(ids(await get('', 'sim-other'))).toEqual(['4', '30', '200']);
});

test('one is found by e-mail; who is archived is listed apart', async () => {
  expect(ids(await get('?email=P30@example.com'))).toEqual(['30']);
  const { results } = await get('?archived=true');
  expect(results).toMatchObject([{ id: '7', archived: true, userIdIncludingInactive: 8 }]);
  expect(results[0]).not.toHaveProperty('userId');
  expect(ids(await get('', 'sim-main', '/crm/v3/owners/'))).toEqual(['4', '30']);
});

test.each(['?limit=0', '?limit=501', '?limit=x', '?after=x', '?archived=maybe'])('refuses %s', async (query) => {
  expect(await get(query)).toMatchObject({ status: 400, category: 'VALIDATION_ERROR' });
});

test('only GET, and only with a token', async () => {
  expect((await fetch(`${crm.url}/crm/owners/2026-03`, { method: 'POST' })).status).toBe(405);
  expect((await get('', 'nobody')).status).toBe(401);
});
