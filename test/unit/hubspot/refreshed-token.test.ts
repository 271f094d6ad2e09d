/** One portal's token against the real simulator; the simulator and the token share a clock that is held still. */
import { describe, expect, it } from 'vitest';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { CallmatchError } from '../../../src/errors.ts';
import { createHttpClient } from '../../../src/hubspot/client.ts';
import { createRefreshGrant } from '../../../src/hubspot/refresh-grant.ts';
import { memoryStore } from '../../../src/hubspot/refresh-token-store.ts';
import { createRefreshedToken } from '../../../src/hubspot/refreshed-token.ts';
import { callOf, INBOUND_CALL, post } from '../../support/crm-request.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const MINUTE = 60_000;
const SEED = {
  portals: {
    main: { hubId: 7, oauth: [{ clientId: 'app', clientSecret: 'secret', refreshToken: 'r-1', rotate: true }] },
  },
};
const never = () => new AbortController().signal;

async function openWorld({ hubId = 7, random = () => 0.5, version = '2026-03' as '2026-03' | 'v1' } = {}) {
  await using parts = new AsyncDisposableStack();
  const clock = new ManualClock();
  const crm: Crm = parts.use(
    await startCrm({ seed: SEED, quota: 'none', clock: { now: () => clock.wall(), schedule: () => {} } }),
  );
  const client = parts.use(createHttpClient({ connect: 1_000, request: 4_000, connections: 4 }));
  const app = { baseUrl: crm.url, version, clientId: 'app', clientSecret: 'secret' };
  const told: string[] = [];
  const source = parts.use(
    createRefreshedToken(hubId, {
      grant: createRefreshGrant(app, client, clock),
      store: memoryStore('r-1', { notKept() {} }),
      clock,
      random,
      events: {
        refreshed: () => told.push('refreshed'),
        refreshFailed: ({ code }, waitMs) => told.push(`${code} ${waitMs}`),
      },
    }),
  );
  const running = parts.move();
  const grants = () => Object.values(crm.stats().requests.token ?? {}).reduce((sum, count) => sum + count, 0);
  return {
    clock,
    crm,
    source,
    told,
    grants,
    /** Waits for the answer of the real server, without time. */
    until: async (condition: () => boolean) => {
      while (!condition()) await settled();
    },
    async token() {
      await source.ready(never());
      return source.token() ?? '';
    },
    call: async (token: string) => (await post(crm.url + INBOUND_CALL, callOf('c'), { token })).status,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

describe('a token', () => {
  it('is asked for when it is needed, once for all that wait, and opens the API', async () => {
    await using world = await openWorld();
    expect([world.source.token(), world.grants()]).toEqual([undefined, 0]);
    await Promise.all([1, 2, 3].map(() => world.source.ready(never())));
    expect([world.grants(), await world.call(await world.token())]).toEqual([1, 200]);
    expect(world.told).toEqual(['refreshed']);
  });

  it('is refreshed ahead of its end, in the background, with the newest refresh token', async () => {
    await using world = await openWorld();
    const first = await world.token();
    world.clock.advance(30 * MINUTE - 90_001);
    expect([world.source.token(), world.grants()]).toEqual([first, 1]);
    for (let n = 2; n < 5; n += 1) {
      world.clock.advance(n === 2 ? 1 : 28.5 * MINUTE);
      const old = world.source.token();
      expect(old).toBeDefined();
      // Many ask while it is under way.
      for (let m = 0; m < 10; m += 1) expect(world.source.token()).toBe(old);
      await world.until(() => world.source.token() !== old);
      expect([world.grants(), await world.call(world.source.token() ?? '')]).toEqual([n, 200]);
    }
  });

  it.each([
    [0, 30 * MINUTE, 60_000],
    [0.999, 30 * MINUTE, 119_940],
    [0.5, 10 * MINUTE, 60_000],
    [0.5, 5_000, 500],
  ])('with jitter %d, a life of %i ms ends %i ms early', async (jitter, lifetime, margin) => {
    const clock = new ManualClock();
    let grants = 0;
    const source = createRefreshedToken(undefined, {
      grant: async () => {
        grants += 1;
        return { accessToken: `a-${grants}`, refreshToken: 'r', lifetime, hubId: undefined };
      },
      store: memoryStore('r', { notKept() {} }),
      clock,
      random: () => jitter,
      events: { refreshed() {}, refreshFailed() {} },
    });
    await source.ready(never());
    clock.advance(lifetime - margin - 1);
    expect([source.token(), grants]).toEqual(['a-1', 1]);
    clock.advance(1);
    expect(source.token()).toBe('a-1');
    await settled();
    expect([source.token(), grants]).toEqual(['a-2', 2]);
  });

  it('costs nothing while there are no calls, and is fetched when the next one comes', async () => {
    await using world = await openWorld();
    await world.token();
    expect(world.clock.pending).toBe(0);
    await world.clock.elapse(24 * 60 * MINUTE);
    expect([world.source.token(), world.grants()]).toEqual([undefined, 1]);
    expect([await world.call(await world.token()), world.grants()]).toEqual([200, 2]);
  });
});

describe('a token that HubSpot rejects', () => {
  it('is replaced once, for all whose calls it fails', async () => {
    await using world = await openWorld();
    const first = await world.token();
    expect([1, 2, 3].map(() => world.source.reject(first))).toEqual([true, true, true]);
    expect(world.source.token()).toBeUndefined();
    const second = await world.token();
    expect(second).not.toBe(first);
    // One that comes late has been replaced already.
    expect(world.source.reject(first)).toBe(true);
    expect([world.source.token(), world.grants()]).toEqual([second, 2]);
  });
});

describe('a token endpoint in trouble', () => {
  it('is asked again with full jitter, each time twice as late, after what it asks for', async () => {
    await using world = await openWorld();
    world.crm.addFault({ kind: 'status', endpoint: 'token', status: 429, retryAfter: 7, count: 2 });
    world.crm.addFault({ kind: 'empty', endpoint: 'token', status: 503, count: 2 });
    const ready = Promise.all([1, 2].map(() => world.source.ready(never())));
    for (const [n, waitMs] of [7_500, 8_000, 2_000, 4_000].entries()) {
      await world.until(() => world.told.length === n + 1);
      expect(world.told.at(-1)).toBe(`token-unavailable ${waitMs}`);
      await world.clock.elapse(waitMs - 1);
      expect(world.grants()).toBe(n + 1);
      world.clock.advance(1);
    }
    await ready;
    expect([world.grants(), world.told.at(-1), world.clock.pending]).toEqual([5, 'refreshed', 0]);
  });

  it('costs no call while the old token is good', async () => {
    await using world = await openWorld();
    const first = await world.token();
    world.crm.addFault({ kind: 'reset-before-write', endpoint: 'token', count: 1 });
    world.clock.advance(29 * MINUTE);
    expect(world.source.token()).toBe(first);
    await world.until(() => world.told.length === 2);
    expect([world.told.at(-1), world.source.token(), world.grants()]).toEqual(['token-unavailable 500', first, 2]);
    world.clock.advance(500);
    expect(world.source.token()).toBe(first);
    await world.until(() => world.source.token() !== first);
  });

  it('holds nobody who leaves, and is left alone when nobody waits', async () => {
    await using world = await openWorld();
    world.crm.addFault({ kind: 'status', endpoint: 'token', status: 500 });
    const stop = new AbortController();
    const waiting = [1, 2].map(() => world.source.ready(stop.signal));
    await world.until(() => world.told.length === 1);
    await settled();
    stop.abort('stopped');
    expect(await Promise.allSettled(waiting)).toMatchObject([{ reason: 'stopped' }, { reason: 'stopped' }]);
    expect(world.clock.pending).toBe(0);
    await world.clock.elapse(60 * MINUTE);
    expect(world.grants()).toBe(1);
  });

  it('that hangs holds nobody who leaves either', async () => {
    await using world = await openWorld();
    world.crm.addFault({ kind: 'hang', endpoint: 'token', count: 1 });
    const stop = new AbortController();
    const waiting = world.source.ready(stop.signal);
    await world.until(() => world.grants() === 1);
    stop.abort('stopped');
    await expect(waiting).rejects.toBe('stopped');
  });
});

/** What was on the wire when the portal was made anew, or in another process that shares the file. */
describe('a refresh token that was traded by somebody else', () => {
  it('is no refusal when its successor is there', async () => {
    const kept = ['r-1', 'r-2', 'r-2'];
    const used: string[] = [];
    const source = createRefreshedToken(undefined, {
      async grant(refreshToken) {
        used.push(refreshToken);
        if (refreshToken === 'r-1') throw new CallmatchError('token-refused', 'BAD_REFRESH_TOKEN');
        return { accessToken: 'a-2', refreshToken, lifetime: MINUTE, hubId: undefined };
      },
      store: { read: async () => kept.shift() ?? 'r-2', keep: async () => {}, [Symbol.asyncDispose]: async () => {} },
      clock: new ManualClock(),
      random: () => 0.5,
      events: { refreshed() {}, refreshFailed: (error) => expect.fail(error.message) },
    });
    await source.ready(never());
    expect([source.token(), used]).toEqual(['a-2', ['r-1', 'r-2']]);
  });
});

describe('a refusal', () => {
  const REVOKED = { kind: 'status', endpoint: 'token', status: 400, body: '{"status":"BAD_REFRESH_TOKEN"}' } as const;

  it('is for all that wait, and each that comes later asks again: the gate holds them back', async () => {
    await using world = await openWorld();
    world.crm.addFault(REVOKED);
    const waiting = [1, 2, 3].map(() => world.source.ready(never()));
    const error = { code: 'token-refused', message: 'the token endpoint answered 400: BAD_REFRESH_TOKEN' };
    expect(await Promise.allSettled(waiting)).toMatchObject([1, 2, 3].map(() => ({ reason: error })));
    expect([world.grants(), world.told]).toEqual([1, ['token-refused 60000']]);
    await expect(world.source.ready(never())).rejects.toMatchObject(error);
    expect(world.grants()).toBe(2);
    world.crm.clearFaults();
    expect(await world.call(await world.token())).toBe(200);
  });

  it('ahead of the end is told, and the old token is used up', async () => {
    await using world = await openWorld();
    const first = await world.token();
    world.crm.addFault(REVOKED);
    world.clock.advance(29 * MINUTE);
    expect(world.source.token()).toBe(first);
    await world.until(() => world.told.length === 2);
    world.clock.advance(MINUTE - 1);
    expect([world.source.token(), world.grants()]).toEqual([first, 2]);
    world.clock.advance(1);
    expect(world.source.token()).toBeUndefined();
    await expect(world.source.ready(never())).rejects.toMatchObject({ code: 'token-refused' });
  });

  it('is a token of another account, where the endpoint tells', async () => {
    await using stranger = await openWorld({ hubId: 8 });
    await expect(stranger.source.ready(never())).rejects.toMatchObject({
      code: 'portal-mismatch',
      message: 'the portal is hub 8, but its token is of 7',
    });
    await using silent = await openWorld({ hubId: 8, version: 'v1' });
    await silent.source.ready(never());
    expect(silent.source.token()).toBeDefined();
  });
});
