import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { createHttpClient, type HttpClient } from '../../../src/hubspot/client.ts';
import { createRefreshGrant, type OAuthSettings } from '../../../src/hubspot/refresh-grant.ts';
import { contractTest } from '../../support/openapi.ts';
import { type ReceivedRequest, received, refusedPort, startHttpServer } from '../../support/test-servers.ts';

const APP = { version: '2026-03', clientId: 'app', clientSecret: 'client secret/1' } as const;
const REFRESH_TOKEN = 'refresh-token+1';
const WALL = Date.UTC(2026, 0, 15, 12);

let client: HttpClient;
beforeEach(() => {
  client = createHttpClient({ connect: 1_000, request: 4_000, connections: 4 });
});
afterEach(() => client[Symbol.asyncDispose]());

const trade = (baseUrl: string, more: Partial<OAuthSettings> = {}, refreshToken = REFRESH_TOKEN) =>
  createRefreshGrant({ ...APP, baseUrl, ...more }, client, { wall: () => WALL })(refreshToken);

/** Asks a server that answers this; gives the request and what came of it. */
async function asked(status: number, body: unknown, headers: Record<string, string> = {}) {
  const requests: ReceivedRequest[] = [];
  await using server = await startHttpServer(async (incoming, response) => {
    requests.push(await received(incoming));
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const [end] = await Promise.allSettled([trade(server.origin)]);
  return { request: requests[0], end, error: end.status === 'rejected' ? end.reason : undefined };
}

describe('against the simulator', () => {
  let crm: Crm;
  beforeEach(async () => {
    const app = { clientId: 'app', clientSecret: APP.clientSecret, tokenLifetime: '30m' };
    crm = await startCrm({
      seed: {
        portals: {
          main: { hubId: 7, oauth: [{ ...app, refreshToken: REFRESH_TOKEN }] },
          rotating: { hubId: 8, oauth: [{ ...app, refreshToken: 'rotating-1', rotate: true }] },
          left: { hubId: 9, state: 'gone', oauth: [{ ...app, refreshToken: 'left-1' }] },
        },
      },
    });
  });
  afterEach(() => crm[Symbol.asyncDispose]());

  it.each(['2026-03', '2026-09', 'v3', 'v1'] as const)('%s gives a token', async (version) => {
    expect(await trade(crm.url, { version })).toEqual({
      accessToken: expect.stringMatching(/^\S{200,}$/),
      refreshToken: REFRESH_TOKEN,
      lifetime: 1_800_000,
      hubId: version === 'v1' ? undefined : 7,
    });
  });

  it('a new refresh token is told', async () => {
    const { refreshToken } = await trade(crm.url, {}, 'rotating-1');
    expect(refreshToken).not.toBe('rotating-1');
    expect((await trade(crm.url, {}, refreshToken)).hubId).toBe(8);
  });

  it.each([
    [{}, 'wrong', 'BAD_REFRESH_TOKEN, invalid_grant, missing or invalid refresh token'],
    [{}, 'left-1', 'BAD_HUB, access_denied, The account is deleted'],
    [{ clientSecret: 'wrong' }, REFRESH_TOKEN, 'BAD_CLIENT_SECRET, invalid_client, missing or invalid'],
    [{ clientId: 'wrong' }, REFRESH_TOKEN, 'BAD_CLIENT_ID, invalid_client, missing or unknown'],
  ])('%j with %s is refused for good: %s', async (change, refreshToken, reason) => {
    await expect(trade(crm.url, change, refreshToken)).rejects.toMatchObject({
      code: 'token-refused',
      fate: 'pause-portal',
      message: expect.stringContaining(`the token endpoint answered 400: ${reason}`),
      http: { status: 400, correlationId: expect.any(String) },
    });
  });

  it('a rate limit, a failure and silence are none of the grant', async () => {
    crm.addFault({ kind: 'status', endpoint: 'token', status: 429, retryAfter: 7, count: 1 });
    await expect(trade(crm.url)).rejects.toMatchObject({ code: 'token-unavailable', retryAfterMs: 7_000 });
    for (const fault of [{ kind: 'html', status: 502 }, { kind: 'reset-before-write' }] as const) {
      crm.addFault({ ...fault, endpoint: 'token', count: 1 });
      await expect(trade(crm.url)).rejects.toMatchObject({ code: 'token-unavailable', fate: 'retry' });
    }
    await expect(trade(`http://127.0.0.1:${await refusedPort()}`)).rejects.toMatchObject({ code: 'token-unavailable' });
  });
});

describe('the request', () => {
  it('has all in the form body', async () => {
    const { request } = await asked(200, {});
    expect(request).toMatchObject({
      method: 'POST',
      path: '/oauth/2026-03/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=refresh_token&client_id=app&client_secret=client+secret%2F1&refresh_token=refresh-token%2B1',
    });
    expect(request?.headers.authorization).toBeUndefined();
  });

  const FORM =
    '#/paths/~1oauth~12026-03~1token/post/requestBody/content/application~1x-www-form-urlencoded/schema' as const;
  contractTest('fits the OpenAPI file', 'openapi-oauth-2026-03.json', async (check) => {
    const { request } = await asked(200, {});
    const fields = Object.fromEntries(new URLSearchParams(request?.body));
    expect(Object.keys(fields)).toHaveLength(4);
    expect(check(FORM, fields)).toBeUndefined();
    expect(check(FORM, { ...fields, grant_type: 'password' })).toBeDefined();
  });
});

describe('an answer', () => {
  it.each<[unknown, object]>([
    [
      { access_token: 'a-1', expires_in: 60 },
      { refreshToken: REFRESH_TOKEN, lifetime: 60_000, hubId: undefined },
    ],
    [{ access_token: 'a-1', expires_in: '60', refresh_token: null, hub_id: null }, { refreshToken: REFRESH_TOKEN }],
    [{ access_token: 'a-1', expires_in: 1, refresh_token: 'r-2', more: {} }, { refreshToken: 'r-2' }],
  ])('%j is taken', async (body, expected) => {
    expect((await asked(200, body)).end).toMatchObject({ value: { accessToken: 'a-1', ...expected } });
  });

  it.each([
    '',
    '<html></html>',
    'null',
    { access_token: 'geheim\n1', expires_in: 60 },
    { access_token: '', expires_in: 60 },
    { access_token: 'geheim-1' },
    { access_token: 'geheim-1', expires_in: 0 },
    { access_token: 'geheim-1', expires_in: -5 },
    { access_token: 'geheim-1', expires_in: 60, hub_id: 'geheim-1' },
  ])('%j is none, and nothing of it is shown', async (body) => {
    const { error } = await asked(200, body);
    expect(error).toMatchObject({ code: 'token-unavailable' });
    expect(JSON.stringify([error.message, error.cause])).not.toContain('geheim');
  });

  it.each([
    [302, 'crm-redirected'],
    [400, 'token-refused'],
    [401, 'token-refused'],
    [403, 'token-refused'],
    [404, 'token-refused'],
    [408, 'token-unavailable'],
    [423, 'token-unavailable'],
    [429, 'token-unavailable'],
    [477, 'token-unavailable'],
    [500, 'token-unavailable'],
    [503, 'token-unavailable'],
    [204, 'token-unavailable'],
  ])('%i is %s', async (status, code) => {
    expect((await asked(status, '', { location: 'http://127.0.0.1:1/' })).error).toMatchObject({
      code,
      http: { status },
    });
  });

  it('a Retry-After is taken in both forms, and not for ever', async () => {
    const date = new Date(WALL + 9_000).toUTCString();
    expect((await asked(503, '', { 'retry-after': date })).error.retryAfterMs).toBe(9_000);
    expect((await asked(429, '', { 'retry-after': '999999' })).error.retryAfterMs).toBe(600_000);
  });

  it('that quotes what was sent is masked', async () => {
    const form = 'client_secret=client+secret%2F1&x=refresh-token%2B1';
    const message = `no good: ${REFRESH_TOKEN}, ${APP.clientSecret}, ${form}, Bearer abcdef123456, +12025550143`;
    const { error } = await asked(400, { status: 'BAD', message });
    expect(error.message).toContain('BAD, no good: ');
    expect(error.message).not.toMatch(/refresh-token|secret\/1|secret%2F1|abcdef|2025550143/);
  });
});
