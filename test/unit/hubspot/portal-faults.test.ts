/**
 * Promises P3, P4 and P6 against a CRM that fails in every way, at random: every call ends, at most one engagement is
 * made of it, the window is never exceeded, and nothing is left behind.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settled } from '../../support/manual-clock.ts';
import {
  type CrmRequest,
  holding,
  NO_MATCH,
  type Reply,
  startPortalWorld,
  WINDOW_MS,
} from '../../support/portal-world.ts';

/** What becomes of a request: an answer, and whether the CRM had taken the call before it went wrong. */
interface Fault {
  readonly reply: Reply;
  readonly isTaken: boolean;
}

const refusals: Reply[] = [
  { status: 401 },
  { status: 403 },
  { status: 423 },
  { status: 429, headers: { 'retry-after': '2' } },
  { status: 429, body: { policyName: 'DAILY' }, headers: { 'retry-after': '30' } },
  { status: 477, headers: { 'retry-after': '5' } },
];
const doubts: Reply[] = [
  { status: 500 },
  { status: 502, body: '<html>' },
  { status: 504 },
  { status: 408 },
  'reset',
  'hang',
];
const callFault = fc.oneof(
  fc.record({ reply: fc.constantFrom(...refusals), isTaken: fc.constant(false) }),
  fc.record({ reply: fc.constantFrom(...doubts), isTaken: fc.boolean() }),
);
// No 403: a token that may not search makes the service send again unseen, as it says.
const searchFault = fc.constantFrom(
  ...doubts,
  ...refusals.filter((reply) => typeof reply === 'string' || reply.status !== 403),
);

/** A CRM that keeps books; its search never lags, as P4 supposes. */
function crm(callFaults: readonly Fault[], searchFaults: readonly Reply[]) {
  const engagements = new Map<string, number>();
  const left = { calls: [...callFaults], searches: [...searchFaults] };
  const take = ({ externalCallId, createEngagement }: CrmRequest) => {
    if (createEngagement === true) engagements.set(externalCallId, (engagements.get(externalCallId) ?? 0) + 1);
  };
  const reply = (request: CrmRequest): Reply => {
    if (request.kind === 'search') {
      return left.searches.shift() ?? holding(request.externalCallIds.filter((id) => engagements.has(id)));
    }
    const fault = left.calls.shift();
    if (fault === undefined || fault.isTaken) take(request);
    return fault?.reply ?? NO_MATCH;
  };
  return { engagements, reply };
}

/** Hundreds of real requests: on a busy machine they take their time. */
const UNHURRIED = { timeout: 60_000 };

describe('a portal in trouble', () => {
  it(
    'brings every call to its end with one engagement, inside the window, and is at rest afterwards',
    UNHURRIED,
    async () => {
      const faults = fc.array(callFault, { maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(
          faults,
          fc.array(searchFault, { maxLength: 5 }),
          fc.integer({ min: 1, max: 6 }),
          fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
          async (callFaults, searchFaults, calls, randoms) => {
            const { engagements, reply } = crm(callFaults, searchFaults);
            // Poison has its own test; here no call may be given up.
            const options = { requests: 3, maxAttempts: 1_000, random: () => Number(randoms.next().value) };
            await using world = await startPortalWorld(reply, options);
            const ids = Array.from({ length: calls }, (_, n) => `call-${n}`);
            await world.drive(Promise.all(ids.map((id) => world.submit(id))));
            expect(ids.map((id) => engagements.get(id))).toEqual(ids.map(() => 1));
            const sent = world.requests.filter(({ kind }) => kind === 'call').map(({ at }) => at);
            for (const [n, at] of sent.entries()) {
              expect((sent[n + 3] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(WINDOW_MS);
            }
            expect(world.portal.state.state).toBe('active');
            expect(await world.isAtRest()).toBe(true);
          },
        ),
        { numRuns: 40 },
      );
    },
  );

  it('leaves nothing behind when it is stopped in the middle', UNHURRIED, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(callFault, { maxLength: 12 }), fc.nat(40), async (callFaults, turns) => {
        const { engagements, reply } = crm(callFaults, []);
        await using world = await startPortalWorld(reply, { requests: 3, slots: 2 });
        const stop = new AbortController();
        const calls = Array.from({ length: 6 }, (_, n) => world.submit(`call-${n}`, stop.signal));
        const ends = Promise.allSettled(calls);
        let isOver = false;
        void ends.then(() => {
          isOver = true;
        });
        for (let turn = 0; turn < turns && !isOver; turn += 1) {
          await settled();
          if (world.slots.activeCount === 0) world.clock.runNext();
        }
        stop.abort(new Error('stopped'));
        for (const end of await world.drive(ends)) {
          if (end.status === 'rejected') expect(end.reason).toMatchObject({ message: 'stopped' });
        }
        for (const made of engagements.values()) expect(made).toBe(1);
        expect(await world.isAtRest()).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
