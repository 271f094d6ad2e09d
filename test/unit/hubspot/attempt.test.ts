/** One request behind gate, quota and slots: forced refresh, cancellation at every place of waiting, permits. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import { staticToken, type TokenSource } from '../../../src/hubspot/auth.ts';
import { FAILURES_IN_A_ROW } from '../../../src/hubspot/breaker.ts';
import { settled } from '../../support/manual-clock.ts';
import { type CrmRequest, NO_MATCH, type Reply, startPortalWorld } from '../../support/portal-world.ts';

/** Tokens t-1, t-2, …; a refresh gives the next one. */
function refreshable(): TokenSource & { refreshes: string[] } {
  const refreshes: string[] = [];
  return {
    refreshes,
    token: () => `t-${refreshes.length + 1}`,
    ready: () => Promise.resolve(),
    reject(rejected) {
      refreshes.push(rejected);
      return true;
    },
  };
}

describe('a 401', () => {
  it('is worth one new token, and both requests are counted', async () => {
    const token = refreshable();
    await using world = await startPortalWorld(({ token: used }) => (used === 't-1' ? { status: 401 } : NO_MATCH), {
      token,
    });
    expect(await world.drive(world.submit())).toMatchObject({ attempts: 2, verdict: 'fresh' });
    expect(world.requests.map((request) => request.token)).toEqual(['t-1', 't-2']);
    expect(token.refreshes).toEqual(['t-1']);
    expect(world.states).toEqual([]);
    expect(await world.isAtRest()).toBe(true);
  });

  it('is never worth two: then the portal is paused', async () => {
    const token = refreshable();
    await using world = await startPortalWorld((_request, n) => (n < 2 ? { status: 401 } : NO_MATCH), { token });
    const call = world.submit();
    await world.until(() => world.portal.state.state === 'paused');
    expect(world.requests).toHaveLength(2);
    expect(token.refreshes).toEqual(['t-1']);
    await world.drive(call);
    expect(await world.isAtRest()).toBe(true);
  });

  it('takes a token of the quota for each of its requests', async () => {
    const replies = ({ token }: CrmRequest): Reply => (token === 't-1' ? { status: 401 } : NO_MATCH);
    await using world = await startPortalWorld(replies, { token: refreshable(), requests: 1 });
    await world.drive(world.submit());
    expect(world.requests.map(({ at }) => at)).toEqual([0, 10_000]);
  });

  it('never shows the token, also when HubSpot quotes it', async () => {
    const refusal = { status: 400, body: { message: 'no such token: secret-token-1' } };
    await using world = await startPortalWorld(() => refusal, { token: staticToken('secret-token-1') });
    await expect(world.submit()).rejects.toThrow('no such token: ********');
  });
});

describe('without a token', () => {
  /** A source that is asked for a token, and gives it when the test says so. */
  function late() {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let token: string | undefined;
    const source: TokenSource = {
      token: () => token,
      ready: (signal) =>
        Promise.race([
          promise,
          once(signal, 'abort').then((): never => {
            throw signal.reason;
          }),
        ]),
      reject: () => false,
    };
    const give = (value: string) => {
      token = value;
      resolve();
    };
    return { source, give, refuse: reject };
  }

  it('waits with nothing in hand, and sends what then is the token', async () => {
    const { source, give } = late();
    await using world = await startPortalWorld(() => NO_MATCH, { token: source, requests: 1 });
    const call = world.submit();
    await settled();
    expect([await world.free(), world.slots.activeCount]).toEqual([1, 0]);
    give('t-9');
    expect(await world.drive(call)).toMatchObject({ attempts: 1 });
    expect(world.requests.map(({ token }) => token)).toEqual(['t-9']);
  });

  it('sends none that has ended while the call waited for the quota', async () => {
    let token: string | undefined = 't-1';
    const source: TokenSource = {
      token: () => token,
      async ready() {
        token = 't-2';
      },
      reject: () => false,
    };
    await using world = await startPortalWorld(() => NO_MATCH, { token: source, requests: 1 });
    await world.submit('call-1');
    const waiting = world.submit('call-2');
    await settled();
    token = undefined;
    await world.drive(waiting);
    expect(world.requests.map((request) => request.token)).toEqual(['t-1', 't-2']);
    expect(await world.isAtRest()).toBe(true);
  });

  it('can be stopped', async () => {
    const { source } = late();
    await using world = await startPortalWorld(() => NO_MATCH, { token: source });
    const stop = new AbortController();
    const call = world.submit('call-1', stop.signal);
    await settled();
    const reason = new Error('the partition is lost');
    stop.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(await world.isAtRest()).toBe(true);
  });

  it('because it is refused for good: the portal is paused and probed slowly', async () => {
    let isRefused = true;
    const source: TokenSource = {
      token: () => (isRefused ? undefined : 't-1'),
      ready: () => (isRefused ? Promise.reject(new CallmatchError('token-refused', 'BAD_HUB')) : Promise.resolve()),
      reject: () => false,
    };
    await using world = await startPortalWorld(() => NO_MATCH, { token: source });
    const call = world.submit();
    await settled();
    await world.pass(2);
    expect(world.states.map(({ state }) => state)).toEqual(['paused', 'probing', 'paused', 'probing', 'paused']);
    expect(world.portal.state).toMatchObject({ reason: 'token-refused', pauseMs: 60_000 });
    isRefused = false;
    expect(await world.drive(call)).toMatchObject({ attempts: 1, verdict: 'fresh' });
    expect(world.portal.state).toEqual({ state: 'active' });
    expect(world.retried).toEqual([]);
  });
});

describe('a refused token', () => {
  it('is no answer of the endpoint: failures in a row stay in a row', async () => {
    let isRefused = false;
    const source: TokenSource = {
      token: () => (isRefused ? undefined : 't-1'),
      ready: () => (isRefused ? Promise.reject(new CallmatchError('token-refused', 'BAD_HUB')) : Promise.resolve()),
      reject: () => false,
    };
    const inDoubt = { mode: 'skip', settle: 0 } as const;
    await using world = await startPortalWorld(() => ({ status: 503 }), { token: source, inDoubt });
    for (let n = 1; n < FAILURES_IN_A_ROW; n += 1) await world.drive(world.submit(`call-${n}`));
    expect(world.states).toEqual([]);
    isRefused = true;
    const last = world.submit();
    await world.until(() => world.portal.state.state === 'paused');
    isRefused = false;
    await world.drive(last);
    expect(world.portal.state).toMatchObject({ state: 'paused', reason: 'crm-in-doubt' });
  });
});

describe('a stop', () => {
  const reason = new Error('the partition is lost');

  it('before anything: nothing is sent', async () => {
    await using world = await startPortalWorld(() => NO_MATCH);
    await expect(world.submit('call-1', AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(await world.isAtRest()).toBe(true);
    expect(world.requests).toEqual([]);
  });

  it('while waiting at the gate', async () => {
    await using world = await startPortalWorld((_request, n) => (n === 0 ? { status: 401 } : NO_MATCH));
    const [stop, stay] = [new AbortController(), new AbortController()];
    const stopped = world.submit('call-1', stop.signal);
    await world.until(() => world.portal.state.state === 'paused');
    const staying = world.submit('call-2', stay.signal);
    await settled();
    stop.abort(reason);
    await expect(stopped).rejects.toBe(reason);
    // The other one probes in its place.
    expect(await world.drive(staying)).toMatchObject({ attempts: 1 });
    expect(await world.isAtRest()).toBe(true);
  });

  it('while the probe waits for the quota: the next one probes', async () => {
    await using world = await startPortalWorld((_request, n) => (n === 0 ? { status: 401 } : NO_MATCH), {
      requests: 1,
    });
    const stop = new AbortController();
    const probe = world.submit('call-1', stop.signal);
    await world.until(() => world.portal.state.state === 'paused');
    world.limiter.pauseUntil(60_000);
    await world.clock.elapse(20_000);
    expect(world.portal.state.state).toBe('probing');
    const next = world.submit('call-2');
    await settled();
    stop.abort(reason);
    await expect(probe).rejects.toBe(reason);
    expect(world.states.map(({ state }) => state)).toEqual(['paused', 'probing']);
    expect(await world.drive(next)).toMatchObject({ attempts: 1 });
    expect(await world.isAtRest()).toBe(true);
  });

  it('while waiting for the quota', async () => {
    await using world = await startPortalWorld(() => NO_MATCH, { requests: 1 });
    await world.submit('call-1');
    const stop = new AbortController();
    const stopped = world.submit('call-2', stop.signal);
    const staying = world.submit('call-3');
    await settled();
    expect(world.portal.waiting).toBe(2);
    stop.abort(reason);
    await expect(stopped).rejects.toBe(reason);
    await world.drive(staying);
    expect(world.requests.map(({ at }) => at)).toEqual([0, 10_000]);
    expect(await world.isAtRest()).toBe(true);
  });

  it('while waiting for a slot: what has a permit but is not on the wire is not sent', async () => {
    const arrived = Promise.withResolvers<void>();
    const reply = ({ externalCallId }: CrmRequest): Reply => {
      if (externalCallId !== 'slow') return NO_MATCH;
      arrived.resolve();
      return 'hang';
    };
    await using world = await startPortalWorld(reply, { slots: 1, requests: 10, inDoubt: { mode: 'skip', settle: 0 } });
    const slow = world.submit('slow');
    await arrived.promise;
    const stop = new AbortController();
    const stopped = Promise.allSettled([world.submit('call-1', stop.signal), world.submit('call-2', stop.signal)]);
    await settled();
    expect(world.slots.pendingCount).toBe(2);
    stop.abort(reason);
    await world.drive(slow);
    expect(await stopped).toMatchObject([{ reason }, { reason }]);
    // One was sent, and one is kept back for a successor.
    expect(await world.free()).toBe(8);
    expect(world.requests.map(({ externalCallId }) => externalCallId)).toEqual(['slow']);
    expect(await world.isAtRest()).toBe(true);
  });

  it('while waiting for the next attempt', async () => {
    await using world = await startPortalWorld(() => ({ status: 423 }));
    const stop = new AbortController();
    const call = world.submit('call-1', stop.signal);
    await world.until(() => world.retried.length === 1);
    stop.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(await world.isAtRest()).toBe(true);
    expect(world.requests).toHaveLength(1);
  });

  it('never touches a request on the wire: its answer counts', async () => {
    const stop = new AbortController();
    await using world = await startPortalWorld(() => {
      stop.abort(reason);
      return NO_MATCH;
    });
    expect(await world.submit('call-1', stop.signal)).toMatchObject({ attempts: 1, verdict: 'fresh' });
  });
});
