/** A portal that is down: at most one request a second, nothing given up, and all go on as soon as one gets through. */
import { describe, expect, it } from 'vitest';
import { breakerState } from '../../../src/hubspot/gate.ts';
import {
  type CrmRequest,
  found,
  holding,
  NO_MATCH,
  type PortalWorld,
  type Reply,
  startPortalWorld,
} from '../../support/portal-world.ts';
import { refusedPort } from '../../support/test-servers.ts';

const RESUBMIT = { mode: 'resubmit', settle: 0 } as const;
const PLENTY = { requests: 1_000, slots: 1_000 };

const ids = (count: number, prefix = 'call') => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
const submitAll = (world: PortalWorld, all: readonly string[]) => Promise.all(all.map((id) => world.submit(id)));
const breaker = (world: PortalWorld) => breakerState(world.portal.state);
/** Milliseconds from each request to the next. */
const gaps = (requests: readonly CrmRequest[]) => requests.slice(1).map(({ at }, n) => at - (requests[n]?.at ?? 0));

describe('an outage', () => {
  it('that refuses connections costs one try a second, and all go on when it is over', async () => {
    const port = await refusedPort();
    await using world = await startPortalWorld(() => NO_MATCH, { ...PLENTY, port });
    const calls = submitAll(world, ids(200));
    await world.passUntil(() => breaker(world) === 'open');
    await world.clock.elapse(1);
    const before = world.answered.length;
    await world.passUntil(() => world.clock.now() >= 60_000);
    expect(world.answered.length - before).toBeLessThanOrEqual(60);
    expect(world.answered.length - before).toBeGreaterThanOrEqual(55);
    await using _server = await world.serve(port);
    const end = world.clock.now();
    const results = await world.drive(calls);
    expect(results.every((result) => 'verdict' in result && result.verdict === 'fresh')).toBe(true);
    expect(world.clock.now() - end).toBeLessThanOrEqual(2_000);
    expect(world.requests).toHaveLength(200);
    expect(await world.isAtRest()).toBe(true);
  });

  it('that answers 503 costs one request a second', async () => {
    let isDown = true;
    const reply = (): Reply => (isDown ? { status: 503 } : NO_MATCH);
    await using world = await startPortalWorld(reply, { ...PLENTY, inDoubt: RESUBMIT });
    const calls = submitAll(world, ids(50));
    await world.passUntil(() => world.clock.now() >= 60_000);
    const probes = world.requests.slice(50);
    expect(probes.length).toBeGreaterThanOrEqual(55);
    expect(Math.min(...gaps(probes))).toBeGreaterThanOrEqual(1_000);
    isDown = false;
    const end = world.clock.now();
    await world.drive(calls);
    expect(world.clock.now() - end).toBeLessThanOrEqual(2_000);
    expect(await world.isAtRest()).toBe(true);
  });

  it('that hangs costs one request a second too, and is over at the first answer', async () => {
    let isDown = true;
    const reply = ({ kind }: CrmRequest): Reply => (isDown ? 'hang' : kind === 'search' ? found(0) : NO_MATCH);
    await using world = await startPortalWorld(reply, { requests: 1_000, slots: 8 });
    const calls = submitAll(world, ids(50));
    await world.passUntil(() => world.clock.now() >= 60_000);
    // Two rounds of all slots, and two more until the tenth has failed.
    const probes = world.requests.slice(18);
    expect(probes.length).toBeGreaterThan(40);
    expect(Math.min(...gaps(probes))).toBeGreaterThanOrEqual(1_000);
    isDown = false;
    const end = world.clock.now();
    await world.passUntil(() => breaker(world) === 'closed');
    expect(world.clock.now() - end).toBeLessThanOrEqual(1_000);
    await world.drive(calls);
    // What hung has to settle before it is looked up: the time-out, 10 s, and a quota of 25 look-ups a second.
    expect(world.clock.now() - end).toBeLessThanOrEqual(17_000);
    expect(world.requests.filter(({ kind }) => kind === 'call').length).toBeLessThan(150);
    expect(await world.isAtRest()).toBe(true);
  });

  it('never uses up the attempts of a call', async () => {
    let isDown = true;
    const reply = (): Reply => (isDown ? { status: 503 } : NO_MATCH);
    await using world = await startPortalWorld(reply, { ...PLENTY, inDoubt: RESUBMIT, maxAttempts: 2 });
    const calls = submitAll(world, ids(3));
    await world.passUntil(() => world.clock.now() >= 100_000);
    isDown = false;
    const results = await world.drive(calls);
    expect(results.every((result) => result.attempts > 2)).toBe(true);
  });

  it('is not told of with a word for each try', async () => {
    let isDown = true;
    const reply = (): Reply => (isDown ? { status: 503 } : NO_MATCH);
    await using world = await startPortalWorld(reply, { ...PLENTY, inDoubt: RESUBMIT });
    const calls = submitAll(world, ids(50));
    await world.passUntil(() => world.clock.now() >= 30_000);
    isDown = false;
    await world.drive(calls);
    expect(world.retried.length).toBeGreaterThan(50);
    expect(world.retried.filter(({ isOutage }) => !isOutage).length).toBeLessThan(10);
  });

  it('of the calls alone is not taken for over because searches work', async () => {
    let isDown = true;
    const taken: string[] = [];
    const reply = ({ kind, externalCallId, externalCallIds }: CrmRequest): Reply => {
      if (kind === 'search') return holding(externalCallIds.filter((id) => taken.includes(id)));
      if (isDown) return { status: 503 };
      taken.push(externalCallId);
      return NO_MATCH;
    };
    await using world = await startPortalWorld(reply, PLENTY);
    const calls = submitAll(world, ids(100));
    await world.passUntil(() => world.clock.now() >= 60_000);
    expect(world.states.some(({ state }) => state === 'active')).toBe(false);
    const probes = world.requests.slice(100).filter(({ kind }) => kind === 'call');
    expect(Math.min(...gaps(probes))).toBeGreaterThanOrEqual(1_000);
    isDown = false;
    await world.drive(calls);
    expect([...taken].sort()).toEqual(ids(100).sort());
    expect(await world.isAtRest()).toBe(true);
  });

  it('of the calls alone is noticed though searches work between them', async () => {
    const reply = ({ kind }: CrmRequest, n: number): Reply =>
      kind === 'search' ? found(0) : n < 24 ? { status: 503 } : NO_MATCH;
    await using world = await startPortalWorld(reply, PLENTY);
    await world.drive(submitAll(world, ids(2)));
    expect(world.states.map(({ state }) => state)).toContain('paused');
  });

  it('is over with a window that is used up: a 429 comes from a portal that works', async () => {
    const replies: Reply[] = [...Array<Reply>(10).fill({ status: 503 }), { status: 429 }];
    await using world = await startPortalWorld((_request, n) => replies[n] ?? NO_MATCH, {
      ...PLENTY,
      inDoubt: RESUBMIT,
    });
    await world.drive(world.submit());
    expect(world.states.map(({ state }) => state)).toEqual(['paused', 'probing', 'active']);
  });
});

describe('what is no outage', () => {
  it('one request in a hundred that hangs', async () => {
    const reply = ({ kind }: CrmRequest, n: number): Reply =>
      kind === 'search' ? found(0) : n % 100 === 50 ? 'hang' : NO_MATCH;
    await using world = await startPortalWorld(reply, { requests: 200, slots: 1_000 });
    await world.drive(submitAll(world, ids(1_500)));
    expect(world.states).toEqual([]);
  });

  it('one call that always fails while others succeed, and it is buried', async () => {
    const reply = ({ externalCallId }: CrmRequest): Reply => (externalCallId === 'bad' ? { status: 503 } : NO_MATCH);
    await using world = await startPortalWorld(reply, { ...PLENTY, inDoubt: RESUBMIT, maxAttempts: 3 });
    const bad = world.submit('bad');
    bad.catch(() => {});
    for (let n = 0; n < 3; n += 1) {
      // Eight failures on each success of another call.
      await world.passUntil(() => world.retried.length >= 8 * (n + 1));
      await world.submit(`good-${n}`);
    }
    await expect(world.drive(bad)).rejects.toMatchObject({ code: 'poison' });
    expect(world.states).toEqual([]);
  });

  it('two calls that always fail, by turns: each success of another call counts once, and both are buried', async () => {
    const reply = ({ externalCallId }: CrmRequest): Reply =>
      externalCallId.startsWith('bad') ? { status: 503 } : NO_MATCH;
    await using world = await startPortalWorld(reply, { ...PLENTY, inDoubt: RESUBMIT, maxAttempts: 3 });
    const bad = ['bad-1', 'bad-2'].map((id) => world.submit(id));
    const ends = Promise.allSettled(bad);
    const failed = (id: string) => world.requests.filter(({ externalCallId }) => externalCallId === id).length;
    // Together they look like an outage, in which nobody is to blame.
    await world.passUntil(() => breaker(world) === 'open' && failed('bad-1') > 8 && failed('bad-2') > 8);
    for (let n = 0; n < 3; n += 1) {
      const before = world.clock.now();
      await world.drive(world.submit(`good-${n}`));
      expect(world.clock.now() - before).toBeLessThan(5_000);
      const [one, two] = [failed('bad-1'), failed('bad-2')];
      if (n < 2) await world.passUntil(() => failed('bad-1') > one + 1 && failed('bad-2') > two + 1);
    }
    const reasons = (await world.drive(ends)).map((end) => end.status === 'rejected' && end.reason.code);
    expect(reasons).toEqual(['poison', 'poison']);
    expect(await world.isAtRest()).toBe(true);
  });

  it('refusals, however many, and failures between them', async () => {
    const failures = Array<Reply>(9).fill({ status: 503 });
    const replies: Reply[] = [400, 423, 429].flatMap((status) => [...failures, { status }]);
    await using world = await startPortalWorld((_request, n) => replies[n] ?? NO_MATCH, {
      ...PLENTY,
      inDoubt: RESUBMIT,
    });
    for (const id of ids(4)) await world.drive(world.submit(id)).catch(() => 'buried');
    expect(world.requests.length).toBeGreaterThan(30);
    expect(world.states).toEqual([]);
  });
});
