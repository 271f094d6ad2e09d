import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createHttpClient } from '../../src/hubspot/client.ts';
import { ALWAYS_GRANTED } from '../../src/hubspot/permission.ts';
import { createPortals } from '../../src/portals.ts';
import { ManualClock, settled } from '../support/manual-clock.ts';
import { quietPortalEvents } from '../support/quiet-portal-events.ts';
import { sampleCall } from '../support/sample-call.ts';
import { type ReceivedRequest, received, startHttpServer } from '../support/test-servers.ts';

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
  const { first, second } = config.portals;
  if (first === undefined || second === undefined) throw new Error('both are configured');
  const client = parts.use(createHttpClient({ connect: 1_000, request: 4_000, connections: 4 }));
  const clock = new ManualClock();
  const changed = (name: string, { state }: { state: string }) => void states.push([name, state]);
  const portals = createPortals(config, client, clock, { ...quietPortalEvents, changed });
  // What went before has left the window: the quota is all theirs.
  clock.advance(12_000);
  const submit = (name: string, id: string, signal = new AbortController().signal) =>
    portals
      .resolve(name)
      ?.submit(sampleCall({ externalCallId: id }), { lane: 'live', signal, permission: ALWAYS_GRANTED });
  const running = parts.move();
  return {
    configs: { first, second },
    portals,
    client,
    clock,
    requests,
    states,
    submit,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
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
    expect(() => createPortals(config, world.client, world.clock, { ...quietPortalEvents, changed() {} })).toThrow(
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

  describe('that change while the service runs', () => {
    it('are told by name, and the rest keeps its state', async () => {
      await using world = await setUp();
      const { first, second } = world.configs;
      const before = world.portals.resolve('first');
      const third = { ...second, numbers: ['+4144*'] };
      expect(world.portals.update({ first, third })).toEqual({ added: ['third'], changed: [], removed: ['second'] });
      expect(world.portals.resolve('second')).toBeUndefined();
      expect(world.portals.resolve('first')).toBe(before);
      expect(world.portals.numbered('+41445550100')?.portal.name).toBe('third');
      expect(world.portals.update({ first: { ...first, numbers: [] }, third })).toMatchObject({ changed: ['first'] });
      expect([world.portals.numbered('+14155550100'), world.portals.resolve('first')]).toEqual([undefined, before]);
    });

    it('send the next request with the new token, and at once', async () => {
      await using world = await setUp();
      const { first, second } = world.configs;
      const waiting = world.submit('second', 'call-9');
      do await settled();
      while (world.states.length === 0);
      world.portals.update({ first, second: { ...second, token: 't-new' } });
      await world.clock.elapse(0);
      expect(await waiting).toMatchObject({ attempts: 2 });
      expect(world.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t-second', 'Bearer t-new']);
    });

    it('hold their calls while they are switched off', async () => {
      await using world = await setUp();
      const { first, second } = world.configs;
      world.portals.update({ first: { ...first, enabled: false }, second });
      const waiting = world.submit('first', 'call-1');
      await settled();
      expect(world.portals.resolve('first')?.state).toEqual({ state: 'disabled' });
      expect(world.requests).toEqual([]);
      world.portals.update({ first, second });
      expect(await waiting).toMatchObject({ attempts: 1 });
    });

    it('take a new quota, engagement and origin', async () => {
      await using world = await setUp();
      const { first, second } = world.configs;
      world.portals.update({
        first: { ...first, quota: 'none', engagement: { create: false, properties: {}, rawCause: false }, hubId: 8 },
        second,
      });
      const [call] = await Promise.all([1, 2, 3].map((n) => world.submit('first', `call-${n}`)));
      expect(call).toMatchObject({ engagementRequested: false });
      expect(world.portals.resolve('first')?.hubId).toBe(8);
    });

    it('bring their last calls to an end when they are gone, and are the same when they come back', async () => {
      await using world = await setUp();
      const { first, second } = world.configs;
      const portal = world.portals.resolve('first');
      const calls = [1, 2, 3].map((n) => world.submit('first', `call-${n}`));
      world.portals.update({ second });
      await Promise.all(calls.slice(0, 2));
      world.portals.update({ first, second });
      expect(world.portals.resolve('first')).toBe(portal);
      expect(portal?.waiting).toBe(1);
      await world.clock.elapse(10_000);
      expect(await calls[2]).toMatchObject({ attempts: 1 });
    });

    it('stay as they are when one of them cannot be', async () => {
      await using world = await setUp();
      const { first, second } = world.configs;
      expect(() => world.portals.update({ second, third: { ...first, defaultCountry: 'UK' } })).toThrow('UK');
      expect(world.portals.resolve('first')).toBeDefined();
    });
  });
});
