/**
 * A storm: 2,000 calls through the real client to the real simulator, which fails in every way that it knows, by chance.
 * Each call ends as it must, with one engagement or none, within the quota, and no token goes anywhere else.
 */
import { expect, it } from 'vitest';
import type { FaultRuleInput } from '../../../src/crm/fault-rule.ts';
import { seededRandom } from '../../../src/crm/random.ts';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { CallmatchError } from '../../../src/errors.ts';
import { staticToken } from '../../../src/hubspot/auth.ts';
import { createHttpClient } from '../../../src/hubspot/client.ts';
import { createFairSlots } from '../../../src/hubspot/fair-slots.ts';
import { createGate } from '../../../src/hubspot/gate.ts';
import { createLimiter } from '../../../src/hubspot/limiter.ts';
import { SEARCH_QUOTA } from '../../../src/hubspot/lookup.ts';
import { ALWAYS_GRANTED } from '../../../src/hubspot/permission.ts';
import { createPortal } from '../../../src/hubspot/portal.ts';
import { watchContract } from '../../support/contract-witness.ts';
import { bodyOf } from '../../support/crm-request.ts';
import { startFastClock } from '../../support/fast-clock.ts';
import { sampleCall } from '../../support/sample-call.ts';
import { startHttpServer } from '../../support/test-servers.ts';

const SEED = Number(process.env.CALLMATCH_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const CALLS = 2_000;
const QUOTA = { requests: 1_000, window: 10_000 } as const;
const REFUSED = 'refused-';

type Kind = FaultRuleInput extends infer Rule ? (Rule extends FaultRuleInput ? Omit<Rule, 'endpoint'> : never) : never;

/** What may become of any request. Both of the same kind: with the engagement made, and without. */
const ANYWHERE: readonly Kind[] = [
  ...[408, 500, 502, 503, 504, 521, 524].flatMap((status): Kind[] => [
    { kind: 'status', status },
    { kind: 'status', status, writes: true },
  ]),
  { kind: 'status', status: 503, retryAfter: 2 },
  { kind: 'status', status: 423 },
  { kind: 'status', status: 429, retryAfter: 1 },
  { kind: 'slow', delay: '2s' },
  { kind: 'slow', delay: '6s' },
  { kind: 'hang' },
  { kind: 'hang', writes: true },
  { kind: 'trickle', every: '1s' },
  { kind: 'cut' },
  { kind: 'oversize' },
  { kind: 'reset-before-write' },
  { kind: 'reset-after-write' },
  { kind: 'html' },
  { kind: 'html', writes: true },
  { kind: 'empty', status: 504 },
  { kind: 'empty', status: 204, writes: true },
];
/** Calls that were taken, whatever the answer says. */
const ONLY_CALLS: readonly Kind[] = [
  { kind: 'gzip' },
  { kind: 'off-contract' },
  { kind: 'off-contract', body: '{"callerIdMatches":[{"callerIdType":"CONT' },
  { kind: 'html', status: 200, writes: true },
];
/** Trouble of the whole portal: it comes now and then. A search has it as well, but for the 403. */
const PORTAL: readonly Kind[] = [
  { kind: 'status', status: 401 },
  { kind: 'status', status: 477, retryAfter: 3 },
  { kind: 'status', status: 429, policy: 'DAILY', retryAfter: 5 },
];

/** The script of this seed. @param elsewhere where redirects lead */
function script(elsewhere: string): FaultRuleInput[] {
  const random = seededRandom(SEED);
  const seeded = (kind: Kind, more: object) =>
    // A kind without its endpoint, and the rest: a rule. `addFault` checks it.
    ({ ...kind, ...more, seed: Math.floor(random() * 2 ** 31) }) as FaultRuleInput;
  const often = () => ({ share: 0.002 + 0.008 * random() });
  const rarely = () => ({ skip: Math.floor(200 + random() * 1_000), count: 1 });
  return [
    // For good, and so for these ids only, and before all others: any other call may be there already.
    ...[400, 404, 409, 413, 415, 422].map((status) =>
      seeded({ kind: 'status', status, externalCallId: `${REFUSED}${status}` }, {}),
    ),
    { kind: 'reset-before-write', startAfter: '4s', lasts: '3s' },
    { kind: 'status', status: 503, endpoint: 'call-search', startAfter: '9s', lasts: '3s' },
    ...ANYWHERE.flatMap((kind) => [seeded(kind, often()), seeded(kind, { ...often(), endpoint: 'call-search' })]),
    ...ONLY_CALLS.map((kind) => seeded(kind, often())),
    ...PORTAL.flatMap((kind) => [
      seeded(kind, rarely()),
      seeded(kind, { skip: 20, count: 1, endpoint: 'call-search' }),
    ]),
    seeded({ kind: 'status', status: 403 }, rarely()),
    seeded({ kind: 'redirect', location: elsewhere }, rarely()),
  ];
}

/** 429s that nobody had scripted. */
async function ownThrottled(crm: Crm): Promise<number> {
  const { faults } = await bodyOf(fetch(`${crm.url}/_sim/faults`));
  let scripted = 0;
  for (const { status, hits } of faults) if (status === 429) scripted += hits;
  return crm.stats().throttled - scripted;
}

it(`brings every call through it (CALLMATCH_TEST_SEED=${SEED})`, { timeout: 120_000 }, async () => {
  let strayed = 0;
  await using elsewhere = await startHttpServer((_request, response) => {
    strayed += 1;
    response.end();
  });
  using clock = startFastClock();
  const contract = watchContract();
  const quota = `rolling:${QUOTA.requests}/${QUOTA.window / 1_000}s`;
  await using crm = await startCrm({
    clock,
    quota,
    latency: '10-80ms',
    searchLagMs: 2_000,
    witness: contract.exchange,
  });
  for (const rule of script(elsewhere.origin)) crm.addFault(rule);
  await using client = createHttpClient({ connect: 2_000, request: 4_000, connections: 64 }, clock);
  const random = seededRandom(SEED + 1);
  const slots = createFairSlots({ perPortal: 128, total: 1_024 }).open();
  const limiter = createLimiter(QUOTA, clock);
  let seen = 0;
  const portal = createPortal(
    {
      name: 'main',
      hubId: crm.portals[0]?.hubId,
      baseUrl: crm.url,
      apiVersion: '2026-03',
      engagement: { create: true, properties: {} },
      users: { table: {}, sync: 'none', refresh: 3_600_000 },
      // Poison has its own tests; here no call may be given up.
      maxAttempts: 1_000,
      inDoubt: { mode: 'verify', settle: 5_000 },
    },
    {
      client,
      token: staticToken('sim-main'),
      limiter,
      searchLimiter: createLimiter(SEARCH_QUOTA, clock),
      slots: slots.run,
      gate: createGate(clock),
      clock,
      random,
      events: {
        answered: () => {
          seen += 1;
        },
        retried() {},
        lookedUp() {},
        agentUnknown() {},
        usersSynced() {},
        usersNotSynced() {},
      },
    },
  );

  const ids = Array.from({ length: CALLS }, (_, n) => `call-${n}`);
  const refused = [400, 404, 409, 413, 415, 422].map((status) => `${REFUSED}${status}`);
  const options = { lane: 'live', signal: new AbortController().signal, permission: ALWAYS_GRANTED } as const;
  const submit = (externalCallId: string) => portal.submit(sampleCall({ externalCallId }), options);
  const [ends, refusals] = await Promise.all([
    Promise.allSettled(ids.map(submit)),
    Promise.all(refused.map((id) => submit(id).catch((error: unknown) => error))),
  ]);

  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
  for (const end of refusals) {
    expect(end).toBeInstanceOf(CallmatchError);
    expect(end).toMatchObject({ code: 'crm-rejected' });
  }
  const made = crm.engagements().map(({ externalCallId }) => externalCallId);
  expect([...made].sort()).toEqual([...ids].sort());
  expect(crm.stats().repeatedCallIds).toBe(0);
  const verdicts = ends.map((end) => (end.status === 'fulfilled' && 'verdict' in end.value ? end.value.verdict : end));
  for (const verdict of ['fresh', 'verified', 'resubmitted'])
    expect(verdicts.filter((each) => each === verdict).length, verdict).toBeGreaterThan(20);
  expect(await ownThrottled(crm)).toBe(0);
  expect(crm.stats().portals.main?.peak.requests).toBeLessThanOrEqual(QUOTA.requests);
  expect(strayed).toBe(0);
  expect([slots.activeCount, slots.pendingCount, limiter.waiting, portal.state.state]).toEqual([0, 0, 0, 'active']);
  expect(seen).toBeGreaterThan(CALLS);
  contract.assertKept();
});
