/** A call that HubSpot may have taken: wait, look it up, send it again only if it is not there. */
import { describe, expect, it } from 'vitest';
import { settled } from '../../support/manual-clock.ts';
import {
  type CrmRequest,
  found,
  NO_MATCH,
  type Reply,
  SETTLE_MS,
  startPortalWorld,
  submitted,
} from '../../support/portal-world.ts';

const MATCH = { callerIdType: 'CONTACT', objectCoordinates: { objectId: 101, objectTypeId: '0-1', portalId: 42 } };
const ONE_MATCH: Reply = { status: 200, body: { callerIdMatches: [MATCH] } };

/** Answers to the calls and to the searches, each in their order; the last one for ever. */
function script(calls: readonly Reply[], searches: readonly Reply[]) {
  const left = { call: [...calls], search: [...searches] };
  return ({ kind }: CrmRequest): Reply => {
    const [next, ...rest] = left[kind];
    if (next === undefined) throw new Error(`no answer for a ${kind}`);
    if (rest.length > 0) left[kind] = rest;
    return next;
  };
}

const never = new AbortController().signal;
const kinds = (requests: readonly CrmRequest[]) => requests.map(({ kind }) => kind);
const creates = (requests: readonly CrmRequest[]) =>
  requests.flatMap(({ kind, createEngagement }) => (kind === 'call' ? [createEngagement] : []));

const doubts: [string, Reply][] = [
  ...[201, 204, 408, 500, 502, 503, 504, 524].map((status): [string, Reply] => [String(status), { status }]),
  ['an HTML page of a gateway', { status: 502, body: '<html>Bad gateway</html>' }],
  ['a reset', 'reset'],
  ['no answer in time', 'hang'],
];

describe('after an answer that proves nothing', () => {
  it.each(doubts)('%s: found by the look-up, only its matches are fetched', async (_name, reply) => {
    await using world = await startPortalWorld(script([reply, ONE_MATCH], [found(1)]));
    expect(submitted(await world.drive(world.submit()))).toMatchObject({
      matches: [{ objectCoordinates: { objectId: '101' } }],
      attempts: 2,
      verdict: 'verified',
      engagementRequested: true,
    });
    expect(kinds(world.requests)).toEqual(['call', 'search', 'call']);
    expect(creates(world.requests)).toEqual([true, false]);
    const [first, search] = world.requests;
    expect((search?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(SETTLE_MS);
    expect(world.lookedUp).toEqual([true]);
    expect(await world.isAtRest()).toBe(true);
  });

  it.each(doubts)('%s: not found, it is sent again', async (_name, reply) => {
    await using world = await startPortalWorld(script([reply, ONE_MATCH], [found(0)]));
    expect(await world.drive(world.submit())).toMatchObject({ attempts: 2, verdict: 'resubmitted' });
    expect(creates(world.requests)).toEqual([true, true]);
    expect(world.lookedUp).toEqual([false]);
    expect(await world.isAtRest()).toBe(true);
  });

  it('of one that HubSpot has for certain only the matches are asked for, at once', async () => {
    await using world = await startPortalWorld(script([ONE_MATCH], []));
    expect(await world.drive(world.submit('call-1', never, { isTaken: true }))).toMatchObject({
      attempts: 1,
      verdict: 'verified',
    });
    expect(creates(world.requests)).toEqual([false]);
  });

  it('tells why it waits, and for how long', async () => {
    await using world = await startPortalWorld(script([{ status: 503 }, NO_MATCH], [found(0)]));
    await world.drive(world.submit());
    expect(world.retried).toMatchObject([{ code: 'crm-in-doubt', ms: SETTLE_MS }]);
  });

  it('each time it is in doubt again it is looked up again', async () => {
    await using world = await startPortalWorld(script(['reset', { status: 504 }, NO_MATCH], [found(0), found(1)]));
    expect(await world.drive(world.submit())).toMatchObject({ attempts: 3, verdict: 'verified' });
    expect(kinds(world.requests)).toEqual(['call', 'search', 'call', 'search', 'call']);
    expect(creates(world.requests)).toEqual([true, true, false]);
  });

  it('doubt about a request that writes nothing needs no look-up', async () => {
    const engagement = { create: false, properties: {} };
    await using world = await startPortalWorld(script(['reset', { status: 500 }, NO_MATCH], []), { engagement });
    expect(await world.drive(world.submit())).toMatchObject({
      attempts: 3,
      verdict: 'fresh',
      engagementRequested: false,
    });
    expect(kinds(world.requests)).toEqual(['call', 'call', 'call']);
  });

  it('a call that is there but whose matches are refused ends as submitted: a dead letter would be redriven', async () => {
    await using world = await startPortalWorld(script(['reset', { status: 400 }], [found(1)]));
    expect(await world.drive(world.submit())).toMatchObject({ matches: 'unknown', verdict: 'verified', attempts: 2 });
  });
});

describe('the look-up', () => {
  it('falls back to sending again when the token may not search, and says so', async () => {
    await using world = await startPortalWorld(script(['reset', NO_MATCH], [{ status: 403 }]));
    expect(await world.drive(world.submit())).toMatchObject({ attempts: 2, verdict: 'resubmitted' });
    expect(world.lookedUp).toEqual(['forbidden']);
    expect(world.states).toEqual([]);
  });

  it.each<[string, Reply]>([
    ['503', { status: 503 }],
    ['a reset', 'reset'],
    ['no answer', 'hang'],
    ['a 200 without a total', { status: 200, body: '<html>' }],
  ])('is asked until there is an answer, after %s too', async (_name, reply) => {
    await using world = await startPortalWorld(script([{ status: 500 }, NO_MATCH], [reply, reply, reply, found(1)]));
    expect(await world.drive(world.submit())).toMatchObject({ attempts: 2, verdict: 'verified' });
    expect(kinds(world.requests)).toEqual(['call', 'search', 'search', 'search', 'search', 'call']);
    expect(await world.isAtRest()).toBe(true);
  });

  it('a used-up search quota holds back all look-ups, and no call', async () => {
    const throttled: Reply = { status: 429, headers: { 'retry-after': '20' } };
    let searches = 0;
    const reply = ({ kind, externalCallId, createEngagement }: CrmRequest): Reply => {
      if (kind === 'search') return searches++ === 0 ? throttled : found(1);
      return externalCallId === 'fine' || createEngagement === false ? NO_MATCH : { status: 502 };
    };
    await using world = await startPortalWorld(reply, { requests: 10 });
    const first = world.submit('call-1');
    await world.until(() => world.retried.length === 1);
    await world.clock.elapse(5_000);
    const second = world.submit('call-2');
    await world.until(() => world.retried.length === 2);
    await world.clock.elapse(5_000);
    await world.until(() => world.retried.length === 3);
    await world.submit('fine');
    await world.drive(Promise.all([first, second]));
    const at = world.requests.filter(({ kind }) => kind === 'search').map((request) => request.at);
    expect(at).toEqual([10_000, 30_000, 30_250]);
    expect(world.requests.find(({ externalCallId }) => externalCallId === 'fine')?.at).toBe(10_000);
  });

  it('trouble of the portal pauses the portal, for look-ups and calls alike', async () => {
    const reply = ({ kind }: CrmRequest, n: number): Reply => {
      if (n === 0) return 'reset';
      return n < 3 ? { status: 401 } : kind === 'search' ? found(1) : NO_MATCH;
    };
    await using world = await startPortalWorld(reply);
    const first = world.submit('call-1');
    await world.until(() => world.retried.length === 1);
    await world.clock.elapse(SETTLE_MS);
    await world.until(() => world.portal.state.state === 'paused');
    await world.drive(Promise.all([first, world.submit('call-2')]));
    expect(world.states.map(({ state }) => state)).toEqual(['paused', 'probing', 'paused', 'probing', 'active']);
    // The other call probes, though it came later: only its answer shows that calls are taken.
    expect(kinds(world.requests)).toEqual(['call', 'search', 'call', 'call', 'search', 'call']);
    expect(await world.isAtRest()).toBe(true);
  });

  it('one that HubSpot refuses for good buries the call: sent again it might be logged twice', async () => {
    await using world = await startPortalWorld(script(['reset'], [{ status: 400, body: { message: 'bad filter' } }]));
    await expect(world.drive(world.submit())).rejects.toMatchObject({
      code: 'crm-rejected',
      attempts: 1,
      message: 'in doubt, and the look-up is refused: HubSpot answered 400: bad filter',
    });
    expect(await world.isAtRest()).toBe(true);
  });

  it('keeps to the search quota', async () => {
    const reply = ({ kind, createEngagement }: CrmRequest): Reply => {
      if (kind === 'search') return found(1);
      return createEngagement === false ? NO_MATCH : { status: 502 };
    };
    await using world = await startPortalWorld(reply, { requests: 1_000, slots: 1_000 });
    await world.drive(Promise.all(Array.from({ length: 123 }, (_, n) => world.submit(`call-${n}`))));
    const at = world.requests.filter(({ kind }) => kind === 'search').map((request) => request.at);
    for (const [n, moment] of at.entries())
      expect((at[n + 5] ?? Number.POSITIVE_INFINITY) - moment).toBeGreaterThanOrEqual(1_000);
    expect(world.lookedUp).toEqual(Array.from({ length: 123 }, () => true));
  });
});

describe('the other ways with doubt', () => {
  it('resubmit: sends again with a growing pause, never in a loop', async () => {
    const inDoubt = { mode: 'resubmit', settle: SETTLE_MS } as const;
    const outage = Array.from({ length: 6 }, (): Reply => ({ status: 503 }));
    await using world = await startPortalWorld(script([...outage, NO_MATCH], []), { inDoubt, requests: 100 });
    expect(await world.drive(world.submit())).toMatchObject({ attempts: 7, verdict: 'resubmitted' });
    const at = world.requests.map((request) => request.at);
    expect(at.slice(1).map((moment, n) => moment - (at[n] ?? 0))).toEqual([250, 500, 500, 500, 500, 500]);
  });

  it('skip: leaves the call as it is', async () => {
    const inDoubt = { mode: 'skip', settle: SETTLE_MS } as const;
    await using world = await startPortalWorld(script(['reset'], []), { inDoubt });
    const submittedAt = world.clock.wall();
    expect(await world.drive(world.submit())).toEqual({ inDoubt: true, attempts: 1, submittedAt });
    expect(await world.isAtRest()).toBe(true);
  });
});

describe('a call that an earlier owner of its partition may have sent', () => {
  const inherited = { inDoubt: true };

  it('found: only its matches are fetched, without another wait', async () => {
    await using world = await startPortalWorld(script([ONE_MATCH], [found(1)]));
    expect(submitted(await world.submit('call-1', never, inherited))).toMatchObject({
      matches: [{ objectCoordinates: { objectId: '101' } }],
      attempts: 1,
      verdict: 'verified',
      engagementRequested: true,
    });
    expect(kinds(world.requests)).toEqual(['search', 'call']);
    expect(creates(world.requests)).toEqual([false]);
    expect(world.requests.map(({ at }) => at)).toEqual([0, 0]);
  });

  it('absent: it is sent', async () => {
    await using world = await startPortalWorld(script([NO_MATCH], [found(0)]));
    expect(await world.submit('call-1', never, inherited)).toMatchObject({ attempts: 1, verdict: 'resubmitted' });
    expect(kinds(world.requests)).toEqual(['search', 'call']);
    expect(creates(world.requests)).toEqual([true]);
  });

  it('is sent unseen when the token may not search', async () => {
    await using world = await startPortalWorld(script([NO_MATCH], [{ status: 403 }]));
    expect(await world.submit('call-1', never, inherited)).toMatchObject({ attempts: 1, verdict: 'resubmitted' });
    expect(world.lookedUp).toEqual(['forbidden']);
  });

  it('is looked up until there is an answer, before it is sent', async () => {
    await using world = await startPortalWorld(script([NO_MATCH], ['reset', { status: 503 }, found(0)]));
    expect(await world.drive(world.submit('call-1', never, inherited))).toMatchObject({ attempts: 1 });
    expect(kinds(world.requests)).toEqual(['search', 'search', 'search', 'call']);
  });

  it('is buried when the look-up is refused for good, though nothing was sent here', async () => {
    await using world = await startPortalWorld(script([], [{ status: 400 }]));
    const refused = { code: 'crm-rejected', attempts: 0, message: expect.stringMatching(/^in doubt, /) };
    await expect(world.submit('call-1', never, inherited)).rejects.toMatchObject(refused);
  });

  it('is looked up again when its own request proves nothing', async () => {
    await using world = await startPortalWorld(script(['reset', NO_MATCH], [found(0), found(1)]));
    expect(await world.drive(world.submit('call-1', never, inherited))).toMatchObject({
      attempts: 2,
      verdict: 'verified',
    });
    expect(kinds(world.requests)).toEqual(['search', 'call', 'search', 'call']);
  });

  it('resubmit: is sent at once', async () => {
    const inDoubt = { mode: 'resubmit', settle: SETTLE_MS } as const;
    await using world = await startPortalWorld(script([NO_MATCH], []), { inDoubt });
    expect(await world.submit('call-1', never, inherited)).toMatchObject({ attempts: 1, verdict: 'resubmitted' });
    expect(creates(world.requests)).toEqual([true]);
  });

  it('skip: is left as it is, and nothing is sent', async () => {
    const inDoubt = { mode: 'skip', settle: SETTLE_MS } as const;
    await using world = await startPortalWorld(script([], []), { inDoubt });
    const submittedAt = world.clock.wall();
    expect(await world.submit('call-1', never, inherited)).toEqual({ inDoubt: true, attempts: 0, submittedAt });
    expect(world.requests).toEqual([]);
  });

  it.each(['verify', 'resubmit', 'skip'] as const)('%s: needs nothing when it writes nothing', async (mode) => {
    const engagement = { create: false, properties: {} };
    const inDoubt = { mode, settle: SETTLE_MS };
    await using world = await startPortalWorld(script([NO_MATCH], []), { engagement, inDoubt });
    expect(await world.submit('call-1', never, inherited)).toMatchObject({ attempts: 1, verdict: 'fresh' });
    expect(kinds(world.requests)).toEqual(['call']);
  });
});

describe('a stop while in doubt', () => {
  it('ends the wait before the look-up, and nothing more is sent', async () => {
    await using world = await startPortalWorld(script(['reset'], [found(0)]));
    const stop = new AbortController();
    const call = world.submit('call-1', stop.signal);
    await world.until(() => world.retried.length === 1);
    await settled();
    const reason = new Error('stopping');
    stop.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(await world.isAtRest()).toBe(true);
    expect(world.requests).toHaveLength(1);
  });
});
