/** A call whose permission comes and goes: nothing is sent without it, and nothing is held while it waits for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALWAYS_GRANTED } from '../../../src/hubspot/permission.ts';
import { settled } from '../../support/manual-clock.ts';
import { type CrmRequest, found, NO_MATCH, type Reply, startPortalWorld } from '../../support/portal-world.ts';
import { Switch } from '../../support/switch.ts';

/** Hundreds of real requests: on a busy machine they take their time. */
const UNHURRIED = { timeout: 60_000 };
const never = () => new AbortController().signal;

describe('a call without permission', () => {
  it('holds neither token nor slot, and goes when it is permitted', async () => {
    await using world = await startPortalWorld(() => NO_MATCH, { requests: 1, slots: 1 });
    const permission = new Switch(false);
    const call = world.submit('call-1', never(), { permission });
    await settled();
    expect([permission.waiting, world.limiter.waiting, world.slots.activeCount]).toEqual([1, 0, 0]);
    expect(await world.free()).toBe(1);
    permission.grant();
    expect(await call).toMatchObject({ attempts: 1, verdict: 'fresh' });
    expect(await world.isAtRest()).toBe(true);
  });

  it('does not keep the others waiting', async () => {
    await using world = await startPortalWorld(() => NO_MATCH, { requests: 1, slots: 1 });
    const stop = new AbortController();
    const held = world.submit('held', stop.signal, { permission: new Switch(false) });
    await world.submit('free');
    expect(world.requests.map(({ externalCallId }) => externalCallId)).toEqual(['free']);
    stop.abort('lost');
    await expect(held).rejects.toBe('lost');
    expect(await world.isAtRest()).toBe(true);
  });

  it('gives its token back when the permission went while it waited for the quota', async () => {
    await using world = await startPortalWorld(() => NO_MATCH, { requests: 1 });
    await world.submit('call-1');
    const permission = new Switch(true);
    const late = world.submit('call-2', never(), { permission });
    await settled();
    expect(world.limiter.waiting).toBe(1);
    permission.withdraw();
    await world.clock.elapse(10_000);
    expect([permission.waiting, world.requests.length]).toEqual([1, 1]);
    expect(await world.free()).toBe(1);
    permission.grant();
    expect(await late).toMatchObject({ attempts: 1 });
    expect(await world.isAtRest()).toBe(true);
  });

  it('gives token and slot back when the permission went while it waited for a slot', async () => {
    const answer = Promise.withResolvers<Reply>();
    await using world = await startPortalWorld((_request, n) => (n === 0 ? answer.promise : NO_MATCH), { slots: 1 });
    const slow = world.submit('slow');
    await world.until(() => world.requests.length === 1);
    const permission = new Switch(true);
    const late = world.submit('call-1', never(), { permission });
    await settled();
    expect(world.slots.pendingCount).toBe(1);
    permission.withdraw();
    answer.resolve(NO_MATCH);
    await slow;
    await settled();
    expect([permission.waiting, world.slots.activeCount, world.slots.pendingCount]).toEqual([1, 0, 0]);
    expect(await world.free()).toBe(4);
    permission.grant();
    expect(await late).toMatchObject({ attempts: 1 });
  });

  it('is not looked up either', async () => {
    const permission = new Switch(true);
    const reply = ({ kind }: CrmRequest, n: number): Reply => {
      if (n === 0) permission.withdraw();
      return n === 0 ? { status: 502 } : kind === 'search' ? found(1) : NO_MATCH;
    };
    await using world = await startPortalWorld(reply);
    const call = world.submit('call-1', never(), { permission });
    await world.until(() => world.retried.length === 1);
    await world.clock.elapse(60_000);
    expect([permission.waiting, world.requests.length]).toEqual([1, 1]);
    permission.grant();
    expect(await world.drive(call)).toMatchObject({ attempts: 2, verdict: 'verified' });
  });
});

describe('a probe without permission', () => {
  const shutAtFirst = (_request: CrmRequest, n: number): Reply => (n === 0 ? { status: 401 } : NO_MATCH);

  it('lets the next one probe', async () => {
    await using world = await startPortalWorld(shutAtFirst);
    const permission = new Switch(true);
    const held = world.submit('held', never(), { permission });
    await world.until(() => world.portal.state.state === 'paused');
    const next = world.submit('next');
    await settled();
    permission.withdraw();
    expect(await world.drive(next)).toMatchObject({ attempts: 1 });
    expect(world.portal.state.state).toBe('active');
    permission.grant();
    expect(await world.drive(held)).toMatchObject({ attempts: 2 });
    expect(await world.isAtRest()).toBe(true);
  });

  it('leaves the portal paused, not probed, when nobody else waits', async () => {
    await using world = await startPortalWorld(shutAtFirst);
    const permission = new Switch(true);
    const held = world.submit('held', never(), { permission });
    await world.until(() => world.portal.state.state === 'paused');
    permission.withdraw();
    await world.clock.elapse(15_000);
    expect(world.portal.state.state).toBe('paused');
    // One that comes now does not wait for the held one.
    await world.drive(world.submit('next'));
    permission.grant();
    await world.drive(held);
    expect(world.requests.map(({ externalCallId }) => externalCallId)).toEqual(['held', 'next', 'held']);
  });

  it('hands on a place that it lost while it waited for the quota', async () => {
    await using world = await startPortalWorld(shutAtFirst, { requests: 1 });
    const permission = new Switch(true);
    const held = world.submit('held', never(), { permission });
    await world.until(() => world.portal.state.state === 'paused');
    const next = world.submit('next');
    world.limiter.pauseUntil(60_000);
    await world.clock.elapse(20_000);
    expect(world.portal.state.state).toBe('probing');
    permission.withdraw();
    expect(await world.drive(next)).toMatchObject({ attempts: 1 });
    expect(permission.waiting).toBe(1);
    permission.grant();
    await world.drive(held);
    expect(await world.isAtRest()).toBe(true);
  });
});

describe('permissions that come and go', () => {
  it('never let anything out without them, lose nobody, and give all back', UNHURRIED, async () => {
    const calls = fc.integer({ min: 0, max: 3 });
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('submit', 'grant', 'withdraw', 'abort'), of: calls }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('timers' as const), of: fc.integer({ min: 1, max: 5 }) }) },
    );
    const replies = fc.array(fc.constantFrom<Reply>(NO_MATCH, { status: 401 }, { status: 423 }, { status: 502 }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), replies, async (steps, script) => {
        const owners = Array.from({ length: 4 }, () => ({ permission: new Switch(true), stop: new AbortController() }));
        const unpermitted: CrmRequest[] = [];
        // A request is permitted when it is sent; nothing changes here while one is on the wire.
        const reply = (request: CrmRequest, n: number): Reply => {
          if (owners[Number(request.externalCallId)]?.permission.granted() !== true) unpermitted.push(request);
          return request.kind === 'search' ? found(0) : (script[n] ?? NO_MATCH);
        };
        await using world = await startPortalWorld(reply, { requests: 1, slots: 1 });
        const submissions: Promise<unknown>[] = [];
        for (const { kind, of } of steps) {
          const owner = owners[of];
          if (kind === 'timers') await world.pass(of);
          else if (owner === undefined) throw new Error('nobody');
          else if (kind === 'submit')
            submissions.push(world.submit(String(of), owner.stop.signal, owner).catch(() => 'stopped'));
          else if (kind === 'abort') owner.stop.abort();
          else owner.permission[kind]();
          await world.quiet();
        }
        for (const { permission } of owners) permission.grant();
        await world.drive(Promise.all(submissions));
        expect(unpermitted).toEqual([]);
        expect(await world.isAtRest()).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

it('is always there for calls that nobody else could send', async () => {
  expect(ALWAYS_GRANTED.granted()).toBe(true);
  await ALWAYS_GRANTED.wait(never());
});
