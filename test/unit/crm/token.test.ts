import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { bodyOf, callBody, INBOUND_CALL, post } from '../../support/crm-request.ts';
import { contractTest } from '../../support/openapi.ts';
import { SimulatorClock } from '../../support/simulator-clock.ts';

const GOOD = { grant_type: 'refresh_token', client_id: 'app', client_secret: 'secret', refresh_token: 'r-main' };

let crm: Crm;
let clock: SimulatorClock;
beforeEach(async () => {
  clock = new SimulatorClock();
  const app = (refreshToken: string) => ({ clientId: 'app', clientSecret: 'secret', refreshToken });
  crm = await startCrm({
    clock,
    quota: 'daily:10',
    seed: {
      portals: {
        main: { hubId: 100_001, oauth: [app('r-main')] },
        rotating: { hubId: 4, oauth: [{ ...app('r-rotating'), rotate: true }] },
        left: { hubId: 3, state: 'gone', oauth: [app('r-left')] },
      },
    },
  });
});
afterEach(() => crm[Symbol.asyncDispose]());

async function ask(fields: Record<string, string>, path = '/oauth/2026-03/token') {
  const answer = await fetch(crm.url + path, { method: 'POST', body: new URLSearchParams(fields) });
  return { http: answer.status, body: await bodyOf(answer) };
}

test.each(['v3', '2026-03', '2026-09'])('%s gives an access token with its account', async (version) => {
  expect(await ask(GOOD, `/oauth/${version}/token`)).toEqual({
    http: 200,
    body: {
      token_type: 'bearer',
      token_use: 'access_token',
      access_token: expect.any(String),
      refresh_token: 'r-main',
      expires_in: 1800,
      hub_id: 100_001,
      scopes: expect.arrayContaining(['crm.objects.contacts.write']),
    },
  });
});

test('v1 does not tell the account', async () => {
  const { http, body } = await ask(GOOD, '/oauth/v1/token');
  expect([http, body.hub_id, body.expires_in]).toEqual([200, undefined, 1800]);
});

test('the token opens the API until it expires; its answers have no daily headers', async () => {
  const { body } = await ask(GOOD);
  const call = () => post(crm.url + INBOUND_CALL, callBody(), { token: body.access_token });
  const answer = await call();
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-hubspot-ratelimit-daily')).toBeNull();
  clock.advance(1_800_000);
  const expired = await call();
  expect(expired.status).toBe(401);
  expect(await expired.json()).toMatchObject({ category: 'EXPIRED_AUTHENTICATION' });
});

test.each([
  [{ grant_type: 'authorization_code' }, 'BAD_GRANT_TYPE', 'unsupported_grant_type'],
  [{ client_id: 'nobody' }, 'BAD_CLIENT_ID', 'invalid_client'],
  [{ client_secret: 'wrong' }, 'BAD_CLIENT_SECRET', 'invalid_client'],
  [{ refresh_token: 'wrong' }, 'BAD_REFRESH_TOKEN', 'invalid_grant'],
  [{ refresh_token: 'r-left' }, 'BAD_HUB', 'access_denied'],
])('%j is %s', async (change, status, error) => {
  expect(await ask({ ...GOOD, ...change })).toMatchObject({
    http: 400,
    body: { status, error, message: expect.any(String), error_description: expect.any(String) },
  });
});

test('parameters in the query do not count, and the body has to be a form', async () => {
  expect(await ask({}, `/oauth/2026-03/token?${new URLSearchParams(GOOD)}`)).toMatchObject({ http: 400 });
  expect((await post(`${crm.url}/oauth/2026-03/token`, GOOD)).status).toBe(415);
});

test('a scripted 429 of this endpoint names no policy', async () => {
  crm.addFault({ kind: 'status', endpoint: 'token', portal: 'main', status: 429, retryAfter: 7, count: 1 });
  const answer = await fetch(`${crm.url}/oauth/v3/token`, { method: 'POST', body: new URLSearchParams(GOOD) });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
  expect(await answer.json()).toMatchObject({ message: 'You have reached your rate limit.' });
  expect((await ask(GOOD)).http).toBe(200);
});

test('a rotating refresh token is good until its successor is used', async () => {
  const first = { ...GOOD, refresh_token: 'r-rotating' };
  const { body } = await ask(first);
  const next = { ...GOOD, refresh_token: body.refresh_token };
  expect((await ask(next)).body.hub_id).toBe(4);
  expect(await ask(first)).toMatchObject({ http: 400, body: { status: 'BAD_REFRESH_TOKEN', error: 'invalid_grant' } });
  crm.reset();
  expect((await ask(first)).http).toBe(200);
});

contractTest('answers fit the OpenAPI file', 'openapi-oauth-2026-03.json', async (check) => {
  expect(check('AccessTokenResponse', (await ask(GOOD)).body)).toBeUndefined();
  expect(check('Error', (await ask({ ...GOOD, refresh_token: 'wrong' })).body)).toBeUndefined();
});
