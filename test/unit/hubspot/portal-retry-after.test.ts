/** A server that is busy says how long: that holds the portal, not one call, and never for long. */
import { describe, expect, it } from 'vitest';
import { type CrmRequest, found, NO_MATCH, type Reply, startPortalWorld } from '../../support/portal-world.ts';

const busy = (seconds: number, status = 503): Reply => ({ status, headers: { 'retry-after': String(seconds) } });

/** These answers to the calls, then good ones; searches find nothing. */
function script(...replies: Reply[]) {
  const left = [...replies];
  return ({ kind }: CrmRequest): Reply => (kind === 'search' ? found(0) : (left.shift() ?? NO_MATCH));
}

const times = (requests: readonly CrmRequest[], wanted: CrmRequest['kind'] = 'call') =>
  requests.filter(({ kind }) => kind === wanted).map(({ at }) => at);

describe('Retry-After', () => {
  it.each([
    ['of some seconds', 5, 5_000],
    ['of an hour is a mistake', 3_600, 10_000],
    ['of nothing holds nobody', 0, 0],
  ])('%s: the other calls of the portal wait as well', async (_name, seconds, wait) => {
    await using world = await startPortalWorld(script(busy(seconds)), { requests: 100 });
    const first = world.submit('call-1');
    await world.until(() => world.retried.length === 1);
    await world.drive(world.submit('call-2'));
    expect(times(world.requests)[1]).toBe(wait);
    expect(await world.drive(first)).toMatchObject({ verdict: 'resubmitted' });
    expect(await world.isAtRest()).toBe(true);
  });

  it('of a search holds the searches, and no call', async () => {
    const replies: Reply[] = [busy(7)];
    const reply = ({ kind }: CrmRequest): Reply => (kind === 'call' ? NO_MATCH : (replies.shift() ?? found(0)));
    await using world = await startPortalWorld(reply);
    const inherited = world.submit('old', new AbortController().signal, { inDoubt: true });
    await world.until(() => world.retried.length === 1);
    await world.drive(world.submit('new'));
    await world.drive(inherited);
    expect(times(world.requests)[0]).toBe(0);
    expect(times(world.requests, 'search')[1]).toBeGreaterThanOrEqual(7_000);
  });

  it('of a lock holds the one call', async () => {
    await using world = await startPortalWorld(script(busy(6, 423)));
    const locked = world.submit('call-1');
    await world.until(() => world.retried.length === 1);
    await world.drive(world.submit('call-2'));
    await world.drive(locked);
    expect(times(world.requests).slice(0, 2)).toEqual([0, 0]);
    expect(times(world.requests)[2]).toBeGreaterThanOrEqual(6_000);
  });
});

describe('a call that waits for its next try', () => {
  it.each<[string, Reply]>([
    ['a window that is used up', busy(2, 429)],
    ['a lock', { status: 423 }],
    ['a busy server', busy(2)],
    ['a reset', 'reset'],
  ])('holds no slot and waits for no quota: %s', async (_name, reply) => {
    await using world = await startPortalWorld(script(reply), { slots: 1 });
    const call = world.submit();
    await world.until(() => world.retried.length === 1);
    expect([world.slots.activeCount, world.slots.pendingCount, world.limiter.waiting]).toEqual([0, 0, 0]);
    await world.drive(call);
    expect(await world.isAtRest()).toBe(true);
  });
});
