import { describe, expect, it } from 'vitest';
import { inboundCallRequest } from '../../../src/hubspot/inbound-call.ts';
import { settled } from '../../support/manual-clock.ts';
import { found, NO_MATCH, type Reply, startPortalWorld, submitted } from '../../support/portal-world.ts';
import { refusedPort } from '../../support/test-servers.ts';

const NOT_THERE = found(0);
const MATCH = { callerIdType: 'CONTACT', objectCoordinates: { objectId: 101, objectTypeId: '0-1', portalId: 42 } };
const matching = (portalId: number): Reply => ({
  status: 200,
  body: { callerIdMatches: [{ ...MATCH, objectCoordinates: { ...MATCH.objectCoordinates, portalId } }] },
});

/** Answers in their order, the last one for ever. */
const script =
  (...replies: Reply[]) =>
  (_request: unknown, n: number): Reply =>
    replies[n] ?? replies.at(-1) ?? NO_MATCH;

describe('a call that HubSpot takes', () => {
  it('is sent once, as the contract says, and gives its matches', async () => {
    await using world = await startPortalWorld(script(matching(42)), { hubId: 42 });
    world.clock.setWall(1_000);
    const submission = submitted(await world.drive(world.submit()));
    expect(submission).toMatchObject({
      matches: [{ objectCoordinates: { objectId: '101' } }],
      attempts: 1,
      verdict: 'fresh',
      engagementRequested: true,
      submittedAt: 1_000,
    });
    expect(world.requests).toMatchObject([{ kind: 'call', token: 't-1', createEngagement: true }]);
    expect(inboundCallRequest.safeParse(JSON.parse(world.requests[0]?.body ?? '')).success).toBe(true);
    expect(world.answered).toEqual([200]);
    expect(await world.isAtRest()).toBe(true);
  });

  it.each(['', '<html>', '{"callerIdMatches":7}', 'null'])('is never sent again for a body of %j', async (body) => {
    await using world = await startPortalWorld(script({ status: 200, body }));
    expect(await world.drive(world.submit())).toMatchObject({ matches: 'unknown', attempts: 1, verdict: 'fresh' });
    expect(world.requests).toHaveLength(1);
  });

  it('counts the time from the first request, not from the wait for its turn', async () => {
    await using world = await startPortalWorld(script(NO_MATCH), { requests: 1 });
    const start = world.clock.wall();
    const both = Promise.all([world.submit('call-1'), world.submit('call-2')]);
    const [first, second] = (await world.drive(both)).map(submitted);
    expect(first?.submittedAt).toBe(start);
    expect(second?.submittedAt).toBe(start + 10_000);
  });
});

describe('a call that HubSpot will never take', () => {
  it.each([400, 404, 405, 409, 413, 415, 422])('%i ends it at once', async (status) => {
    const body = { category: 'VALIDATION_ERROR', correlationId: 'c-1', message: 'no' };
    await using world = await startPortalWorld(script({ status, body }));
    await expect(world.drive(world.submit())).rejects.toMatchObject({
      code: 'crm-rejected',
      attempts: 1,
      http: { status, category: 'VALIDATION_ERROR', correlationId: 'c-1' },
    });
    expect(world.states).toEqual([]);
    expect(await world.isAtRest()).toBe(true);
  });

  it('a call that does not fit the contract is not sent', async () => {
    await using world = await startPortalWorld(script(NO_MATCH));
    await expect(world.submit('')).rejects.toMatchObject({ code: 'invalid-payload', attempts: 0 });
    expect(world.requests).toEqual([]);
  });
});

describe('refused for now', () => {
  it.each([
    ['seconds', { 'retry-after': '3' }, 3_000],
    ['a date', { 'retry-after': 'Thu, 15 Jan 2026 12:00:07 GMT' }, 7_000],
    ['the interval header', { 'x-hubspot-ratelimit-interval-milliseconds': '4000' }, 4_000],
    ['no word', {}, 10_000],
  ])('429 with %s stops all calls of the portal for that long', async (_name, headers, wanted) => {
    await using world = await startPortalWorld(script({ status: 429, headers }, NO_MATCH));
    const first = world.submit('call-1');
    await world.until(() => world.retried.length === 1);
    const results = await world.drive(Promise.all([first, world.submit('call-2')]));
    expect(results).toMatchObject([{ attempts: 2, verdict: 'fresh' }, { attempts: 1 }]);
    const [, second, third] = world.requests;
    expect([second?.externalCallId, second?.at]).toEqual(['call-2', wanted]);
    // Full jitter of half a second at most, so that calls that failed together do not come back together.
    expect(third?.at).toBe(wanted + 250);
    expect(await world.isAtRest()).toBe(true);
  });

  it('423 waits for the lock, and for nobody else', async () => {
    await using world = await startPortalWorld((request, n) =>
      request.externalCallId === 'call-1' && n === 0 ? { status: 423 } : NO_MATCH,
    );
    const first = world.submit('call-1');
    await world.until(() => world.retried.length === 1);
    await world.drive(world.submit('call-2'));
    expect(world.requests.map(({ at }) => at)).toEqual([0, 0]);
    await world.drive(first);
    expect(world.requests[2]?.at).toBe(2_250);
  });

  it('a refused connection costs no quota, and the call goes when the server is there', async () => {
    const port = await refusedPort();
    await using world = await startPortalWorld(script(NO_MATCH), { port, requests: 1 });
    const call = world.submit();
    await world.until(() => world.retried.length === 1);
    await world.clock.elapse(250);
    // The second try, long before the window of the first is over.
    await world.until(() => world.retried.length === 2);
    for (let n = 3; n <= 12; n += 1) {
      await world.clock.elapse(30_000);
      await world.until(() => world.retried.length >= n);
    }
    expect(world.retried.every(({ code }) => code === 'crm-unreachable')).toBe(true);
    await using _ = await world.serve(port);
    expect(await world.drive(call)).toMatchObject({ verdict: 'fresh' });
    expect(world.requests).toHaveLength(1);
    expect(await world.isAtRest()).toBe(true);
  });
});

describe('trouble of the portal', () => {
  it.each<[string, Reply, string, number]>([
    ['477', { status: 477, headers: { 'retry-after': '90' } }, 'crm-moving', 90_000],
    ['the day is used up', { status: 429, body: { policyName: 'DAILY' } }, 'crm-daily-limit', 300_000],
    ['401', { status: 401, body: { category: 'EXPIRED_AUTHENTICATION' } }, 'crm-unauthorized', 15_000],
    ['403', { status: 403, body: { category: 'MISSING_SCOPES' } }, 'crm-forbidden', 15_000],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'crm-redirected', 15_000],
  ])('%s pauses the portal; after the pause one call probes, then all go on', async (_name, reply, reason, pauseMs) => {
    await using world = await startPortalWorld(script(reply, reply, NO_MATCH));
    const first = world.submit('call-1');
    await world.until(() => world.portal.state.state === 'paused');
    expect(world.portal.state).toMatchObject({ reason, pauseMs });
    const all = Promise.all([first, world.submit('call-2'), world.submit('call-3')]);
    expect(await world.drive(all)).toMatchObject([{ verdict: 'fresh' }, { attempts: 1 }, { attempts: 1 }]);
    const [, probe, again] = world.requests;
    expect(probe?.at).toBe(pauseMs);
    expect(again?.at).toBeGreaterThanOrEqual(2 * pauseMs);
    expect(world.states.map(({ state }) => state)).toEqual(['paused', 'probing', 'paused', 'probing', 'active']);
    expect(await world.isAtRest()).toBe(true);
  });

  it('sends nothing that waited for a slot or the quota while the portal was shut', async () => {
    let failures = 4;
    const replies = () => (failures-- > 0 ? { status: 401 } : NO_MATCH);
    await using world = await startPortalWorld(replies, { slots: 2, requests: 4 });
    const calls = Promise.all(Array.from({ length: 30 }, (_, n) => world.submit(`call-${n}`)));
    await world.until(() => world.portal.state.state === 'paused' && world.slots.activeCount === 0);
    await settled();
    // Two on the wire, and the one that took the slot of the first answer.
    expect(world.requests.length).toBeLessThanOrEqual(3);
    await world.drive(calls);
    expect(await world.isAtRest()).toBe(true);
  });

  it('an answer from before the trouble does not open the gate', async () => {
    const [arrived, late] = [Promise.withResolvers<void>(), Promise.withResolvers<Reply>()];
    await using world = await startPortalWorld((request, n) => {
      if (request.externalCallId === 'slow') arrived.resolve();
      if (request.externalCallId === 'slow') return late.promise;
      return n < 2 ? { status: 477, headers: { 'retry-after': '90' } } : NO_MATCH;
    });
    const slow = world.submit('slow');
    await arrived.promise;
    const moving = world.submit('call-1');
    await world.until(() => world.portal.state.state === 'paused');
    late.resolve(NO_MATCH);
    await slow;
    await settled();
    expect(world.portal.state.state).toBe('paused');
    await world.drive(moving);
    expect(world.requests[2]?.at).toBe(90_000);
  });

  it('probes another account without logging calls there, and logs them in the right one', async () => {
    await using world = await startPortalWorld(script(matching(7), matching(7), matching(42)), { hubId: 42 });
    expect(await world.drive(world.submit())).toMatchObject({
      attempts: 4,
      verdict: 'fresh',
      engagementRequested: true,
    });
    expect(world.requests.map(({ createEngagement }) => createEngagement)).toEqual([true, false, false, true]);
    expect(world.states[0]).toMatchObject({ state: 'paused', reason: 'portal-mismatch' });
  });
});

describe('poison', () => {
  it('ends a call that fails maxAttempts times while others succeed, however quiet the portal is', async () => {
    await using world = await startPortalWorld(
      ({ externalCallId, kind }) => {
        if (kind === 'search') return NOT_THERE;
        return externalCallId === 'bad' ? { status: 503 } : NO_MATCH;
      },
      { requests: 100, maxAttempts: 3 },
    );
    const bad = world.submit('bad');
    bad.catch(() => {});
    for (let n = 1; n <= 3; n += 1) {
      await world.until(() => world.retried.length === n);
      // Not while the bad one is on the wire, but between two of its attempts.
      await world.submit(`good-${n}`);
      await world.clock.elapse(10_000);
    }
    await expect(world.drive(bad)).rejects.toMatchObject({ code: 'poison', http: { status: 503 }, attempts: 4 });
    expect(await world.isAtRest()).toBe(true);
  });

  it('an outage never counts, however long', async () => {
    let failures = 40;
    await using world = await startPortalWorld(
      ({ kind }) => {
        if (kind === 'search') return NOT_THERE;
        failures -= 1;
        return failures >= 0 ? { status: 503 } : NO_MATCH;
      },
      { requests: 100, maxAttempts: 2 },
    );
    expect(await world.drive(world.submit())).toMatchObject({ attempts: 41, verdict: 'resubmitted' });
  });

  it('an outage after a success counts once', async () => {
    let failures = 10;
    await using world = await startPortalWorld(
      ({ kind, externalCallId }) => {
        if (kind === 'search') return NOT_THERE;
        return externalCallId === 'call-1' && failures-- > 0 ? { status: 503 } : NO_MATCH;
      },
      { requests: 100, maxAttempts: 2 },
    );
    const call = world.submit('call-1');
    await world.until(() => world.retried.length === 1);
    await world.submit('good');
    expect(await world.drive(call)).toMatchObject({ attempts: 11 });
  });

  it('a used-up window never counts, not beside successes either', async () => {
    let failures = 5;
    await using world = await startPortalWorld(
      ({ externalCallId }) =>
        externalCallId === 'call-1' && failures-- > 0 ? { status: 429, headers: { 'retry-after': '1' } } : NO_MATCH,
      { requests: 100, maxAttempts: 2 },
    );
    const call = world.submit('call-1');
    for (let n = 1; n <= 5; n += 1) {
      await world.until(() => world.retried.length === n);
      await world.clock.elapse(1_000);
      await world.submit(`other-${n}`);
      await world.clock.elapse(250);
    }
    expect(await world.drive(call)).toMatchObject({ attempts: 6, verdict: 'fresh' });
  });
});
