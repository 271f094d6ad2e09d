import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createHttpClient } from '../../src/hubspot/client.ts';
import { ALWAYS_GRANTED } from '../../src/hubspot/permission.ts';
import { createPortals } from '../../src/portals.ts';
import { ManualClock, settled } from '../support/manual-clock.ts';
import { sampleCall } from '../support/sample-call.ts';
import { type ReceivedRequest, received, startHttpServer } from '../support/test-servers.ts';

const quietEvents = { answered() {}, retried() {}, lookedUp() {} };

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
    portals: { first: { ...portal('t-first'), hubId: 7 }, second: portal('t-second') },
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
  return { portals, clock, requests, states, submit, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

describe('portals', () => {
  it('are found by their names', async () => {
    await using world = await setUp();
    expect(world.portals.all().map(({ name, hubId }) => [name, hubId])).toEqual([
      ['first', 7],
      ['second', undefined],
    ]);
    expect(world.portals.resolve('third')).toBeUndefined();
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
      ['active', 1],
      ['paused', 0],
    ]);
    expect(new Set(world.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer t-first', 'Bearer t-second']),
    );
    stop.abort();
    expect(await Promise.all([second, waiting])).toEqual(['stopped', 'stopped']);
  });
});
