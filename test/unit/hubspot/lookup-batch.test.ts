/** Look-ups that share searches: the pace, who is in which search, and that nobody is lost or wrongly taken for absent. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TokenSource } from '../../../src/hubspot/auth.ts';
import { settled } from '../../support/manual-clock.ts';
import { PermissionSwitch } from '../../support/permission-switch.ts';
import {
  type CrmRequest,
  found,
  holding,
  NO_MATCH,
  type PortalWorld,
  type Reply,
  startPortalWorld,
} from '../../support/portal-world.ts';

const never = () => new AbortController().signal;
/** Hundreds of real requests: on a busy machine they take their time. */
const UNHURRIED = { timeout: 60_000 };
const PLENTY = { requests: 1_000, slots: 1_000 };

/** Calls are taken; searches are answered as the test says. */
const searching =
  (reply: (request: CrmRequest, n: number) => Reply | Promise<Reply>) => (request: CrmRequest, n: number) =>
    request.kind === 'search' ? reply(request, n) : NO_MATCH;

/** Submits calls that an earlier owner may have sent, so that each begins with its look-up. */
const inherit = (
  world: PortalWorld,
  ids: readonly string[],
  more: { signal?: AbortSignal; permission?: PermissionSwitch } = {},
) => Promise.all(ids.map((id) => world.submit(id, more.signal ?? never(), { inDoubt: true, ...more })));

const ids = (count: number, prefix = 'call') => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
const searches = (world: PortalWorld) =>
  world.requests.filter(({ kind }) => kind === 'search').map(({ externalCallIds }) => externalCallIds);
const verdicts = (results: readonly Awaited<ReturnType<PortalWorld['submit']>>[]) =>
  results.map((result) => ('verdict' in result ? result.verdict : 'left'));

describe('look-ups that wait', () => {
  it('go five to a search: 25 calls a second', async () => {
    await using world = await startPortalWorld(
      searching(() => found(1)),
      PLENTY,
    );
    const results = await world.drive(inherit(world, ids(100)));
    expect(new Set(verdicts(results))).toEqual(new Set(['verified']));
    const asked = world.requests.filter(({ kind }) => kind === 'search');
    expect(asked.map(({ at }) => at)).toEqual([0, 1_000, 2_000, 3_000].flatMap((at) => Array(5).fill(at)));
    expect(asked.every(({ externalCallIds }) => externalCallIds.length === 5)).toBe(true);
    expect(asked.flatMap(({ externalCallIds }) => externalCallIds)).toEqual(ids(100));
    expect(await world.isAtRest()).toBe(true);
  });

  it('are each answered for itself', async () => {
    await using world = await startPortalWorld(
      searching(() => holding(['call-1', 'CALL-2'])),
      PLENTY,
    );
    expect(verdicts(await world.drive(inherit(world, ids(3))))).toEqual(['resubmitted', 'verified', 'resubmitted']);
    expect(searches(world)).toEqual([ids(3)]);
    expect(world.lookedUp).toEqual([false, true, false]);
  });

  it('do not share what would be too long for one search', async () => {
    await using world = await startPortalWorld(
      searching(() => found(0)),
      PLENTY,
    );
    const long = ids(4, 'x'.repeat(1_000));
    await world.drive(inherit(world, long));
    expect(searches(world).map((one) => one.length)).toEqual([2, 2]);
    const lengths = world.requests.filter(({ kind }) => kind === 'search').map(({ body }) => body.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3_000);
    expect(searches(world).flat()).toEqual(long);
  });

  it('are sent again unseen, all of them, when the token may not search', async () => {
    await using world = await startPortalWorld(
      searching(() => ({ status: 403 })),
      PLENTY,
    );
    expect(new Set(verdicts(await world.drive(inherit(world, ids(7)))))).toEqual(new Set(['resubmitted']));
    expect(searches(world)).toHaveLength(2);
  });

  it('all wait and ask again when a search fails', async () => {
    await using world = await startPortalWorld(
      searching((_request, n) => (n === 0 ? 'reset' : found(1))),
      PLENTY,
    );
    expect(new Set(verdicts(await world.drive(inherit(world, ids(5)))))).toEqual(new Set(['verified']));
    expect(world.retried).toHaveLength(5);
    expect(await world.isAtRest()).toBe(true);
  });

  it('all fail when there is no token', async () => {
    const token: TokenSource = {
      token: () => undefined,
      ready: () => Promise.reject(new Error('no token')),
      reject: () => false,
    };
    await using world = await startPortalWorld(() => NO_MATCH, { ...PLENTY, token });
    const ends = await Promise.allSettled(ids(7).map((id) => world.submit(id, never(), { inDoubt: true })));
    expect(ends.map((end) => String(end.status === 'rejected' && end.reason))).toEqual(
      Array(7).fill('Error: no token'),
    );
    expect(await world.isAtRest()).toBe(true);
  });

  it('ask again with a new token, but for those that have left meanwhile', async () => {
    const refreshed = Promise.withResolvers<void>();
    let token: string | undefined = 't-1';
    const source: TokenSource = {
      token: () => token,
      ready: () => refreshed.promise,
      reject() {
        token = undefined;
        return true;
      },
    };
    const reply = searching(({ token: used }) => (used === 't-1' ? { status: 401 } : found(1)));
    await using world = await startPortalWorld(reply, { ...PLENTY, token: source });
    const stop = new AbortController();
    const stopped = inherit(world, ['stopped'], { signal: stop.signal }).catch((reason) => reason);
    const permission = new PermissionSwitch(true);
    const held = inherit(world, ['held'], { permission });
    const staying = inherit(world, ['staying']);
    await world.until(() => token === undefined);
    stop.abort('lost');
    permission.withdraw();
    token = 't-2';
    refreshed.resolve();
    expect(verdicts(await world.drive(staying))).toEqual(['verified']);
    expect(await stopped).toBe('lost');
    permission.grant();
    await world.drive(held);
    expect(searches(world)).toEqual([['stopped', 'held', 'staying'], ['staying'], ['held']]);
    expect(await world.isAtRest()).toBe(true);
  });
});

describe('a search that HubSpot refuses for good', () => {
  it('is asked again singly, and only the call that it refuses is buried', async () => {
    const reply = searching(({ externalCallIds }) =>
      externalCallIds.includes('bad') ? { status: 400, body: { message: 'bad filter' } } : found(1),
    );
    await using world = await startPortalWorld(reply, PLENTY);
    const good = inherit(world, ['good-1', 'good-2']);
    const bad = world.submit('bad', never(), { inDoubt: true });
    bad.catch(() => {});
    const late = inherit(world, ['good-3', 'good-4', 'good-5']);
    expect(verdicts(await world.drive(Promise.all([good, late]).then((all) => all.flat())))).toEqual(
      Array(5).fill('verified'),
    );
    await expect(bad).rejects.toMatchObject({ code: 'crm-rejected', attempts: 0 });
    expect(searches(world)).toEqual([
      ['good-1', 'good-2', 'bad', 'good-3', 'good-4'],
      ['good-5'],
      ['good-1'],
      ['good-2'],
      ['bad'],
      ['good-3'],
      ['good-4'],
    ]);
    expect(await world.isAtRest()).toBe(true);
  });
});

describe('an answer that is cut off', () => {
  it('proves who is there; the others are asked for singly', async () => {
    const reply = searching(({ externalCallIds }) =>
      externalCallIds.length > 1 ? holding(['call-0', ...Array<string>(99).fill('CALL-1')], 103, '100') : found(1),
    );
    await using world = await startPortalWorld(reply, PLENTY);
    expect(verdicts(await world.drive(inherit(world, ids(3))))).toEqual(Array(3).fill('verified'));
    expect(searches(world)).toEqual([ids(3), ['call-1'], ['call-2']]);
  });

  it('is read page by page where one id alone has too many like it', async () => {
    const pages: Reply[] = [
      holding(Array<string>(100).fill('CALL-0'), 201, '100'),
      holding(Array<string>(100).fill('Call-0'), 201, '200'),
      holding(['call-0'], 201),
    ];
    await using world = await startPortalWorld(
      searching((_request, n) => pages[n] ?? found(0)),
      PLENTY,
    );
    expect(verdicts(await world.drive(inherit(world, ['call-0'])))).toEqual(['verified']);
    const afters = world.requests.filter(({ kind }) => kind === 'search').map(({ body }) => JSON.parse(body).after);
    expect(afters).toEqual([undefined, '100', '200']);
  });

  it('is read page by page to its end before a call is taken for absent', async () => {
    const pages: Reply[] = [holding(Array<string>(100).fill('CALL-0'), 101, '100'), holding(['Call-0'], 101)];
    await using world = await startPortalWorld(
      searching((_request, n) => pages[n] ?? found(0)),
      PLENTY,
    );
    expect(verdicts(await world.drive(inherit(world, ['call-0'])))).toEqual(['resubmitted']);
    expect(searches(world)).toHaveLength(2);
  });

  it('without a word on where it goes on is no answer', async () => {
    const reply = searching((_request, n) => (n === 0 ? holding([], 1) : found(1)));
    await using world = await startPortalWorld(reply, PLENTY);
    expect(verdicts(await world.drive(inherit(world, ['call-0'])))).toEqual(['verified']);
    expect(world.retried).toMatchObject([{ code: 'crm-in-doubt' }]);
  });
});

describe('who leaves', () => {
  it('by a stop is not asked for, and the search that only it needed is given up', async () => {
    await using world = await startPortalWorld(
      searching(() => found(1)),
      PLENTY,
    );
    await world.drive(inherit(world, ids(25, 'first')));
    const stop = new AbortController();
    const stopped = inherit(world, ids(6, 'stopped'), { signal: stop.signal }).catch((reason) => reason);
    const staying = inherit(world, ['staying']);
    await settled();
    stop.abort('lost');
    expect(await stopped).toBe('lost');
    await world.drive(staying);
    expect(searches(world).slice(5)).toEqual([['staying']]);
    expect(await world.isAtRest()).toBe(true);
  });

  it('without permission is not asked for until it has it again', async () => {
    await using world = await startPortalWorld(
      searching(() => found(1)),
      PLENTY,
    );
    await world.drive(inherit(world, ids(25, 'first')));
    const permission = new PermissionSwitch(true);
    const held = inherit(world, ['held-1'], { permission });
    const free = inherit(world, ['free']);
    const late = inherit(world, ['held-2'], { permission });
    await settled();
    permission.withdraw();
    await world.drive(free);
    expect(searches(world).slice(5)).toEqual([['free']]);
    permission.grant();
    await world.drive(Promise.all([held, late]));
    expect(searches(world).slice(6)).toEqual([['held-1', 'held-2']]);
    expect(await world.isAtRest()).toBe(true);
  });

  it('without permission and alone leaves no search behind', async () => {
    await using world = await startPortalWorld(
      searching(() => found(1)),
      PLENTY,
    );
    await world.drive(inherit(world, ids(25, 'first')));
    const permission = new PermissionSwitch(true);
    const held = inherit(world, ['held'], { permission });
    await settled();
    permission.withdraw();
    await world.pass(10);
    expect([searches(world).length, permission.waiting]).toEqual([5, 1]);
    permission.grant();
    await world.drive(held);
    expect(searches(world).slice(5)).toEqual([['held']]);
    expect(await world.isAtRest()).toBe(true);
  });

  it('while its search is on the wire does not disturb the others', async () => {
    const answer = Promise.withResolvers<Reply>();
    await using world = await startPortalWorld(
      searching(() => answer.promise),
      PLENTY,
    );
    const stop = new AbortController();
    const stopped = inherit(world, ['stopped'], { signal: stop.signal }).catch((reason) => reason);
    const staying = inherit(world, ['staying']);
    await world.until(() => world.requests.length === 1);
    stop.abort('lost');
    expect(await stopped).toBe('lost');
    answer.resolve(holding(['staying', 'stopped']));
    expect(verdicts(await world.drive(staying))).toEqual(['verified']);
    expect(await world.isAtRest()).toBe(true);
  });
});

describe('whatever happens', () => {
  it('each is told of itself, nobody is lost, and all is given back', UNHURRIED, async () => {
    const faults = fc.array(
      fc.constantFrom<Reply | 'cut' | undefined>(
        undefined,
        'cut',
        'reset',
        { status: 400 },
        { status: 401 },
        { status: 429, headers: { 'retry-after': '1' } },
        { status: 503 },
      ),
      { maxLength: 10 },
    );
    const call = fc.record({ isThere: fc.boolean(), isStopped: fc.boolean(), holds: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(faults, fc.array(call, { minLength: 1, maxLength: 14 }), async (script, calls) => {
        const there = new Set(ids(calls.length).filter((_id, n) => calls[n]?.isThere));
        const reply = searching(({ externalCallIds: asked, body }, n) => {
          const fault = script[n];
          const all = asked.filter((id) => there.has(id));
          // Refused and cut off are shared searches only: alone, each is answered.
          if (fault === 'cut' && asked.length > 1) return holding(all.slice(1), all.length + 1, '1');
          if (fault === 'cut') return JSON.parse(body).after ? holding(all, 2) : holding([], 2, '1');
          if (fault === undefined || (asked.length === 1 && typeof fault === 'object' && fault.status === 400))
            return holding(all);
          return fault;
        });
        await using world = await startPortalWorld(reply, { ...PLENTY, slots: 2 });
        const stop = new AbortController();
        const permission = new PermissionSwitch(true);
        const ends = calls.map(({ isStopped, holds }, n) =>
          world
            .submit(`call-${n}`, isStopped ? stop.signal : never(), { inDoubt: true, ...(holds && { permission }) })
            .catch((reason) => reason),
        );
        permission.withdraw();
        await world.pass(2);
        stop.abort('lost');
        permission.grant();
        for (const [n, end] of (await world.drive(Promise.all(ends))).entries()) {
          if (end === 'lost') expect(calls[n]?.isStopped).toBe(true);
          else expect(verdicts([end])).toEqual([calls[n]?.isThere ? 'verified' : 'resubmitted']);
        }
        const late = await world.drive(world.submit('late', never(), { inDoubt: true }));
        expect(verdicts([late])).toEqual(['resubmitted']);
        expect(await world.isAtRest()).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
