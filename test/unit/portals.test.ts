import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { startCrm } from '../../src/crm/server.ts';
import { createHttpClient } from '../../src/hubspot/client.ts';
import { ALWAYS_GRANTED } from '../../src/hubspot/permission.ts';
import { createPortals, TOKEN_REQUESTS } from '../../src/portals.ts';
import { ManualClock, settled } from '../support/manual-clock.ts';
import { sampleCall } from '../support/sample-call.ts';
import { createTemporaryFiles } from '../support/temporary-files.ts';
import { type ReceivedRequest, received, startHttpServer } from '../support/test-servers.ts';

const quietToken = { refreshed() {}, refreshFailed() {}, kept() {}, notKept() {} };
const quietEvents = {
  answered() {},
  retried() {},
  lookedUp() {},
  agentUnknown() {},
  usersSynced() {},
  usersNotSynced() {},
  token: () => quietToken,
};

/** Two portals on one server, which answers 401 to the second one's token. */
async function setUp() {
  await using parts = new AsyncDisposableStack();
  const requests: ReceivedRequest[] = [];
  const states: [string, string][] = [];
  const server = parts.use(
    await startHttpServer(async (incoming, response) => {
      const request = await received(incoming);
      requests.push(request);
      const status = request.headers.authorization === 'Bearer t-second' ? 401 : 200;
      response.writeHead(status).end('{"callerIdMatches":[]}');
    }),
  );
  const portal = (token: string) => ({ token, baseUrl: server.origin, quota: { requests: 2, window: '10s' } }) as const;
  const config = configSchema.parse({
    sources: [{ topic: 'calls.cdr', portal: { name: 'first' } }],
    portals: {
      first: { ...portal('t-first'), hubId: 7, numbers: ['+1415*'], defaultCountry: 'CH' },
      second: portal('t-second'),
    },
  });
  const client = parts.use(createHttpClient({ connect: 1_000, request: 4_000, connections: 4 }));
  const clock = new ManualClock();
  const changed = (name: string, { state }: { state: string }) => void states.push([name, state]);
  const portals = createPortals(config, client, clock, { ...quietEvents, changed });
  const submit = (name: string, id: string, signal = new AbortController().signal) =>
    portals
      .resolve(name)
      ?.submit(sampleCall({ externalCallId: id }), { lane: 'live', signal, permission: ALWAYS_GRANTED });
  const running = parts.move();
  return { portals, client, clock, requests, states, submit, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

describe('portals', () => {
  it('are found by names, hub ids and numbers', async () => {
    await using world = await setUp();
    const { portals } = world;
    const first = portals.resolve('first');
    expect(first).toMatchObject({ name: 'first', hubId: 7 });
    for (const entry of [portals.named('first'), portals.named('7'), portals.numbered('+14155550100')])
      expect([entry?.portal === first, entry?.defaultCountry]).toEqual([true, 'CH']);
    expect([portals.resolve('third'), portals.named('8'), portals.numbered('+41445550100')]).toEqual(
      Array(3).fill(undefined),
    );
  });

  it('are of countries with phone numbers', async () => {
    await using world = await setUp();
    const config = configSchema.parse({ portals: { main: { token: 't', defaultCountry: 'UK' } } });
    expect(() => createPortals(config, world.client, world.clock, { ...quietEvents, changed() {} })).toThrow(
      'portals.main.defaultCountry: UK is no country with phone numbers',
    );
  });

  it('are made when they have a call', async () => {
    await using world = await setUp();
    expect(world.portals.named('second')?.defaultCountry).toBeUndefined();
    expect(world.portals.all()).toEqual([]);
    world.portals.resolve('first');
    expect(world.portals.all().map(({ name }) => name)).toEqual(['first']);
  });

  it('with an OAuth app ask for a token when the first call comes, keep it, and end with what is on the wire', async () => {
    await using files = createTemporaryFiles();
    const file = files.write('refresh-token', 'r-1');
    const app = { clientId: 'app', clientSecret: 'client-secret' };
    await using crm = await startCrm({
      quota: 'none',
      seed: { portals: { main: { hubId: 7, oauth: [{ ...app, refreshToken: 'r-1', rotate: true }] } } },
    });
    const config = configSchema.parse({
      portals: { main: { hubId: 7, baseUrl: crm.url, oauth: { ...app, refreshTokenFile: file } } },
    });
    await using client = createHttpClient({ connect: 1_000, request: 4_000, connections: 4 });
    const portals = createPortals(config, client, new ManualClock(), { ...quietEvents, changed() {} });
    expect(crm.stats().requests).toEqual({});
    const { signal } = new AbortController();
    const options = { lane: 'live', signal, permission: ALWAYS_GRANTED } as const;
    const submit = (id: string) => portals.resolve('main')?.submit(sampleCall({ externalCallId: id }), options);
    const first = submit('call-1');
    // The token is being fetched when everything is closed: its refresh token must not be lost.
    do await settled();
    while (crm.stats().requests.token === undefined);
    await portals[Symbol.asyncDispose]();
    expect(readFileSync(file, 'utf8')).not.toContain('r-1');
    expect(await first).toMatchObject({ verdict: 'fresh' });
    expect(await submit('call-2')).toMatchObject({ attempts: 1 });
    expect(crm.stats().requests).toEqual({ token: { 200: 1 }, 'inbound-call': { 200: 2 } });
  });

  it('do not wait for the token of another one', async () => {
    const app = { clientId: 'app', clientSecret: 'client-secret' };
    const seed = { first: { hubId: 1 }, second: { hubId: 2, oauth: [{ ...app, refreshToken: 'r-2' }] } };
    await using crm = await startCrm({ quota: 'none', seed: { portals: seed } });
    crm.addFault({ kind: 'hang', endpoint: 'token', portal: 'second' });
    const config = configSchema.parse({
      sources: [{ topic: 'calls.cdr', portal: { name: 'first' } }],
      portals: {
        first: { baseUrl: crm.url, token: 'sim-first' },
        second: { baseUrl: crm.url, oauth: { ...app, refreshToken: 'r-2' } },
      },
      delivery: { maxInFlight: 1 },
    });
    await using client = createHttpClient({ connect: 1_000, request: 4_000, connections: 1 + TOKEN_REQUESTS });
    const portals = createPortals(config, client, new ManualClock(), { ...quietEvents, changed() {} });
    const stop = new AbortController();
    const submit = (name: string) =>
      portals.resolve(name)?.submit(sampleCall(), { lane: 'live', signal: stop.signal, permission: ALWAYS_GRANTED });
    const waiting = submit('second')?.catch(() => 'stopped');
    do await settled();
    while (crm.stats().requests.token === undefined);
    expect(await submit('first')).toMatchObject({ attempts: 1 });
    stop.abort();
    expect(await waiting).toBe('stopped');
  });

  it('have tokens, quotas and states of their own', async () => {
    await using world = await setUp();
    const stop = new AbortController();
    const second = world.submit('second', 'call-9', stop.signal)?.catch(() => 'stopped');
    await Promise.all([world.submit('first', 'call-1'), world.submit('first', 'call-2')]);
    const waiting = world.submit('first', 'call-3', stop.signal)?.catch(() => 'stopped');
    do await settled();
    while (world.states.length === 0);
    expect(world.states).toEqual([['second', 'paused']]);
    expect(world.portals.all().map(({ state, waiting }) => [state.state, waiting])).toEqual([
      ['paused', 0],
      ['active', 1],
    ]);
    expect(new Set(world.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer t-first', 'Bearer t-second']),
    );
    stop.abort();
    expect(await Promise.all([second, waiting])).toEqual(['stopped', 'stopped']);
  });
});
