/**
 * What is used of a quota of 110 in 10 s under a backlog: real portals over HTTP at a simulator that counts in rolling
 * or in fixed windows; one portal, and 50 at once.
 *
 * In per cent of what can safely be used: the server counts a request somewhere between its sending and its answer, so
 * that a slot is gone for the window and the round trip. Beside it, the plain share of the quota, and the 429s.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { systemClock } from '../../src/clock.ts';
import { staticToken } from '../../src/hubspot/auth.ts';
import { createHttpClient, type HttpClient } from '../../src/hubspot/client.ts';
import { createGate } from '../../src/hubspot/gate.ts';
import { createLimiter } from '../../src/hubspot/limiter.ts';
import { ALWAYS_GRANTED } from '../../src/hubspot/permission.ts';
import { createPortal } from '../../src/hubspot/portal.ts';
import { sampleCall } from '../support/sample-call.ts';
import { CALLMATCH, run } from './contender.ts';
import type { Benchmark } from './figure.ts';

const QUOTA = { requests: 110, window: 10_000 };
/** Answers measured of each portal, in quotas; one more goes before. */
const MEASURED = 3;
/** Of the simulator, by what is added to the name of the figure. */
const ROUND_TRIPS = [
  ['', '60-120ms'],
  ['-jitter', '10-300ms'],
] as const;
const SLOTS = 1_000;

/** Each of them takes a minute. */
export const quota: readonly Benchmark[] = (['rolling', 'fixed'] as const).flatMap((kind) =>
  [1, 50].flatMap((portals) => ROUND_TRIPS.map(([variant, latency]) => benchmark(kind, portals, variant, latency))),
);

function benchmark(kind: 'rolling' | 'fixed', portals: number, variant: string, latency: string): Benchmark {
  const name = `quota-${kind}${portals === 1 ? '' : `-${portals}`}${variant}`;
  return {
    names: [name, `${name}-plain`, `${name}-429`],
    async run(progress) {
      progress(`${name}: about a minute`);
      const { safe, plain, refused } = await measure(kind, portals, latency);
      return [
        { name, value: safe * 100, unit: '%', baseline: 100, ratio: safe },
        { name: `${name}-plain`, value: plain * 100, unit: '%', baseline: 100, ratio: plain },
        { name: `${name}-429`, value: refused, unit: 'answers' },
      ];
    },
  };
}

interface Use {
  readonly safe: number;
  readonly plain: number;
  readonly refused: number;
}

async function measure(kind: string, portals: number, latency: string): Promise<Use> {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-bench-'));
  parts.defer(() => rm(folder, { recursive: true }));
  const names = Array.from({ length: portals }, (_, n) => `p${n}`);
  const seed = { portals: Object.fromEntries(names.map((name, n) => [name, { hubId: 1_000 + n }])) };
  const file = join(folder, 'seed.json');
  await writeFile(file, JSON.stringify(seed));
  const settings = ['--port', '0', '--seed', file, '--quota', `${kind}:110/10s`, '--latency', latency, '--json'];
  const crm = parts.use(run(CALLMATCH, ['crm', ...settings]));
  const origin = String(JSON.parse(await crm.firstLine).url);
  const client = parts.use(createHttpClient({ connect: 5_000, request: 30_000, connections: SLOTS }));
  const slots = pLimit(SLOTS);
  const uses = await Promise.all(names.map((name) => usePortal(name, origin, client, slots)));
  const mean = (of: (use: Use) => number) => uses.reduce((sum, use) => sum + of(use), 0) / uses.length;
  return {
    safe: mean((use) => use.safe),
    plain: mean((use) => use.plain),
    refused: mean((use) => use.refused) * portals,
  };
}

/** Submits calls to one portal until enough are answered. */
async function usePortal(
  name: string,
  origin: string,
  client: HttpClient,
  slots: ReturnType<typeof pLimit>,
): Promise<Use> {
  const answers: { at: number; ms: number }[] = [];
  let refused = 0;
  const enough = new AbortController();
  const { requests, window } = QUOTA;
  const portal = createPortal(
    {
      name,
      hubId: undefined,
      baseUrl: origin,
      apiVersion: '2026-03',
      engagement: { create: true, properties: {} },
      users: { table: {}, sync: 'none', refresh: 3_600_000 },
      maxAttempts: 8,
      inDoubt: { mode: 'skip', settle: 0 },
    },
    {
      client,
      slots,
      token: staticToken(`sim-${name}`),
      limiter: createLimiter(QUOTA, systemClock),
      searchLimiter: createLimiter('none', systemClock),
      gate: createGate(systemClock),
      clock: systemClock,
      random: Math.random,
      events: {
        answered(_portal, status, ms) {
          answers.push({ at: performance.now(), ms });
          if (status === 429) refused += 1;
          if (answers.length === requests * (MEASURED + 2)) enough.abort();
        },
        retried() {},
        lookedUp() {},
        agentUnknown() {},
        usersSynced() {},
        usersNotSynced() {},
      },
    },
  );
  const caller = async (n: number) => {
    const options = { lane: 'live', signal: enough.signal, permission: ALWAYS_GRANTED } as const;
    for (let call = 0; !enough.signal.aborted; call += 1) {
      await portal.submit(sampleCall({ externalCallId: `${n}-${call}` }), options).catch((error: unknown) => {
        if (!enough.signal.aborted) throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: 2 * requests }, (_, n) => caller(n)));

  // So many quotas later each slot has come round so many times: no matter where in its burst an answer stands.
  const spans = Array.from({ length: requests }, (_, n) => {
    const first = answers[requests + n]?.at ?? Number.NaN;
    return (answers[requests * (MEASURED + 1) + n]?.at ?? Number.NaN) - first;
  });
  const perQuota = spans.reduce((sum, span) => sum + span, 0) / requests / MEASURED;
  const measured = answers.slice(requests, requests * (MEASURED + 1));
  const roundTrip = measured.reduce((sum, { ms }) => sum + ms, 0) / measured.length;
  return { safe: (window + roundTrip) / perQuota, plain: window / perQuota, refused };
}
