/** A call whose permission comes and goes: nothing is sent without it, and nothing is held while it waits for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { staticToken } from '../../../src/hubspot/auth.ts';
import { ALWAYS_GRANTED } from '../../../src/hubspot/permission.ts';
import { settled } from '../../support/manual-clock.ts';
import { PermissionSwitch } from '../../support/permission-switch.ts';
import {
  type CrmRequest,
  found,
  NO_MATCH,
  type PortalWorld,
  type Reply,
  startPortalWorld,
} from '../../support/portal-world.ts';

/** Hundreds of real requests: on a busy machine they take their time. */
const UNHURRIED = { timeout: 60_000 };
const never = () => new AbortController().signal;

describe('a call without permission', () => {
  it('holds neither token nor slot, and goes when it is permitted', async () => {
    await using world = await startPortalWorld(() => NO_MATCH, { requests: 1, slots: 1 });
    const permission = new PermissionSwitch(false);
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
    const held = world.submit('held', stop.signal, { permission: new PermissionSwitch(false) });
    await world.submit('free');
    expect(world.requests.map(({ externalCallId }) => externalCallId)).toEqual(['free']);
    stop.abort('lost');
    await expect(held).rejects.toBe('lost');
    expect(await world.isAtRest()).toBe(true);
  });

  it('gives its token back when the permission went while it waited for the quota', async () => {
    await using world = await startPortalWorld(() => NO_MATCH, { requests: 1 });
    await world.submit('call-1');
    const permission = new PermissionSwitch(true);
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
    const permission = new PermissionSwitch(true);
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
    const permission = new PermissionSwitch(true);
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
    const permission = new PermissionSwitch(true);
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
    const permission = new PermissionSwitch(true);
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
    const permission = new PermissionSwitch(true);
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

describe('a claim that waits', () => {
  /** A call whose claim waits for an answer, with quota and slot in hand. */
  const claim = async (world: PortalWorld, signal = never()) => {
    const permission = new PermissionSwitch(true);
    permission.isSlow = true;
    const call = world.submit('claimed', signal, { permission });
    await world.until(() => permission.claiming === 1);
    return { permission, call };
  };
  const sent = ({ requests }: PortalWorld) => requests.map(({ externalCallId }) => externalCallId);

  it('keeps token and slot, and asks again when it is worth it', async () => {
    await using world = await startPortalWorld(() => NO_MATCH, { requests: 2, slots: 1 });
    const { permission, call } = await claim(world);
    const next = world.submit('next');
    await world.clock.elapse(1_000);
    expect([world.slots.activeCount, world.slots.pendingCount, await world.free(), sent(world)]).toEqual([1, 1, 0, []]);
    permission.answer(true);
    expect(await call).toMatchObject({ attempts: 1 });
    await next;
    expect([sent(world), permission.claimed]).toEqual([['claimed', 'next'], 1]);
    expect(await world.isAtRest()).toBe(true);
  });

  it('gives both back when it is not, to whoever is next', async () => {
    await using world = await startPortalWorld(() => NO_MATCH, { requests: 2, slots: 1 });
    const { permission, call } = await claim(world);
    const next = world.submit('next');
    await settled();
    permission.answer(false);
    await Promise.all([call, next]);
    expect(sent(world)).toEqual(['next', 'claimed']);
    expect(await world.isAtRest()).toBe(true);
  });

  it('gives all back when the permission went meanwhile', async () => {
    await using world = await startPortalWorld(() => NO_MATCH, { requests: 1, slots: 1 });
    const { permission, call } = await claim(world);
    permission.withdraw();
    permission.answer(true);
    await settled();
    expect([permission.waiting, world.slots.activeCount, await world.free(), sent(world)]).toEqual([1, 0, 1, []]);
    permission.grant();
    expect(await call).toMatchObject({ attempts: 1 });
  });

  it.each([true, false])('sends nothing when the portal was shut meanwhile (worth it: %s)', async (isWorthIt) => {
    const shut = Promise.withResolvers<Reply>();
    await using world = await startPortalWorld((_request, n) => (n === 0 ? shut.promise : NO_MATCH));
    const first = world.submit('first');
    await world.until(() => world.requests.length === 1);
    const { permission, call } = await claim(world);
    shut.resolve({ status: 401 });
    await world.until(() => world.portal.state.state === 'paused');
    permission.answer(isWorthIt);
    await settled();
    expect([world.slots.activeCount, await world.free(), sent(world)]).toEqual([0, 4, ['first']]);
    await world.drive(Promise.all([first, call]));
    expect(sent(world)).toEqual(['first', 'first', 'claimed']);
    expect(await world.isAtRest()).toBe(true);
  });

  it.each([true, false])('sends nothing when the signal aborts meanwhile (worth it: %s)', async (isWorthIt) => {
    await using world = await startPortalWorld(() => NO_MATCH);
    const stop = new AbortController();
    const { permission, call } = await claim(world, stop.signal);
    stop.abort('lost');
    permission.answer(isWorthIt);
    await expect(call).rejects.toBe('lost');
    expect([sent(world), permission.claimed]).toEqual([[], 0]);
    expect(await world.isAtRest()).toBe(true);
  });

  it.each([
    ['goes as the probe that it is when its answer is late', true, ['claimed', 'claimed', 'next']],
    ['hands the probe on when the permission went', false, ['claimed', 'next', 'claimed']],
  ])('%s', async (_name, isGranted, order) => {
    await using world = await startPortalWorld((_request, n) => (n === 0 ? { status: 401 } : NO_MATCH));
    const permission = new PermissionSwitch(true);
    const call = world.submit('claimed', never(), { permission });
    await world.until(() => world.portal.state.state === 'paused');
    const next = world.submit('next');
    permission.isSlow = true;
    await world.clock.elapse(15_000);
    expect([permission.claiming, world.portal.state.state]).toEqual([1, 'probing']);
    if (!isGranted) permission.withdraw();
    permission.answer(false);
    await world.drive(next);
    permission.grant();
    await world.drive(call);
    expect(sent(world)).toEqual(order);
    expect(await world.isAtRest()).toBe(true);
  });

  it('is made for every request that may write, again after a new token, and not for a look-up', async () => {
    const permission = new PermissionSwitch(true);
    const replies: Reply[] = [{ status: 401 }, { status: 502 }, found(0), NO_MATCH];
    const token = { ...staticToken('t-1'), reject: () => true };
    await using world = await startPortalWorld((_request, n) => replies[n] ?? NO_MATCH, { token });
    await world.drive(world.submit('call-1', never(), { permission }));
    expect([world.requests.map(({ kind }) => kind), permission.claimed]).toEqual([
      ['call', 'call', 'search', 'call'],
      3,
    ]);
  });
});

describe('permissions that come and go', () => {
  it('never let anything out without them, lose nobody, and give all back', UNHURRIED, async () => {
    const calls = fc.integer({ min: 0, max: 3 });
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constantFrom('submit', 'submit', 'grant', 'withdraw', 'abort', 'slow', 'worth', 'worthless'),
          of: calls,
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('timers' as const), of: fc.integer({ min: 1, max: 5 }) }) },
    );
    const replies = fc.array(fc.constantFrom<Reply>(NO_MATCH, { status: 401 }, { status: 423 }, { status: 502 }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), replies, async (steps, script) => {
        const owners = Array.from({ length: 4 }, () => ({
          permission: new PermissionSwitch(true),
          stop: new AbortController(),
        }));
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
          else if (kind === 'slow') owner.permission.isSlow = true;
          else if (kind === 'worth' || kind === 'worthless') owner.permission.answer(kind === 'worth');
          else owner.permission[kind]();
          await world.quiet();
        }
        for (const { permission } of owners) {
          permission.grant();
          permission.answer(true);
        }
        await world.drive(Promise.all(submissions));
        const calls = ({ requests }: PortalWorld) =>
          requests.flatMap(({ kind, externalCallId }) => (kind === 'call' ? [externalCallId] : []));
        expect(unpermitted).toEqual([]);
        // What is claimed counts as sent: a claim too many would put a call in doubt that never left.
        expect(owners.map(({ permission }) => permission.claimed)).toEqual(
          owners.map((_, n) => calls(world).filter((id) => id === String(n)).length),
        );
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
