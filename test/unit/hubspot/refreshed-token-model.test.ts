/** A portal's token under concurrency, against a server that takes only the newest refresh token. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wait } from '../../../src/clock.ts';
import { CallmatchError } from '../../../src/errors.ts';
import type { RefreshGrant } from '../../../src/hubspot/refresh-grant.ts';
import { memoryStore } from '../../../src/hubspot/refresh-token-store.ts';
import { createRefreshedToken } from '../../../src/hubspot/refreshed-token.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

/** Hundreds of runs: on a busy machine they take their time. */
const UNHURRIED = { timeout: 60_000 };

type Mode = 'well' | 'throttled' | 'down' | 'refusing';
const STEP = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'call' } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reject'), age: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'leave' } as const) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(0, 1, 40, 700, 9_000, 60_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('server'),
      mode: fc.constantFrom<Mode>('well', 'well', 'throttled', 'down', 'refusing'),
      latency: fc.constantFrom(0, 10, 900),
      lifetime: fc.constantFrom(500, 5_000, 60_000, 1_800_000),
    }),
  },
);

/** The longest time before its end at which a token may be refreshed. */
const marginOf = (lifetime: number) => Math.min(120_000, lifetime / 10);

interface Issued {
  readonly value: string;
  readonly endsAt: number;
  readonly renewAt: number;
}

function startWorld(numbers: () => number) {
  const clock = new ManualClock();
  const server = { mode: 'well' as Mode, latency: 0, lifetime: 1_800_000 };
  const issued: Issued[] = [];
  const rejected = new Set<string>();
  const mistakes: string[] = [];
  let newest = 'r-0';
  let inFlight = 0;

  const grant: RefreshGrant = async (refreshToken) => {
    inFlight += 1;
    if (inFlight > 1) mistakes.push('two refreshes at a time');
    if (refreshToken !== newest) mistakes.push(`${refreshToken} is used, and ${newest} is the newest`);
    const last = issued.at(-1);
    if (last !== undefined && clock.now() < last.renewAt && !rejected.has(last.value))
      mistakes.push(`${last.value} is good, and was not rejected`);
    const { mode, latency, lifetime } = server;
    const askedAt = clock.now();
    if (latency > 0) await wait(clock, latency);
    inFlight -= 1;
    if (mode === 'refusing') throw new CallmatchError('token-refused', 'BAD_HUB');
    if (mode === 'throttled') throw new CallmatchError('token-unavailable', 'slow down', { retryAfterMs: 3_000 });
    if (mode === 'down') throw new CallmatchError('token-unavailable', 'down');
    newest = `r-${issued.length + 1}`;
    const endsAt = askedAt + lifetime;
    issued.push({ value: `a-${issued.length + 1}`, endsAt, renewAt: endsAt - marginOf(lifetime) });
    return { accessToken: `a-${issued.length}`, refreshToken: newest, lifetime, hubId: undefined };
  };
  const source = createRefreshedToken(undefined, {
    grant,
    store: memoryStore('r-0', { notKept() {} }),
    clock,
    random: numbers,
    events: { refreshed() {}, refreshFailed() {} },
  });

  const waiting = new Set<AbortController>();
  /** A call: waits for a token, and looks at the one that it is given. */
  const call = async () => {
    const stop = new AbortController();
    waiting.add(stop);
    try {
      while (source.token() === undefined) await source.ready(stop.signal);
      const value = source.token();
      const token = issued.find((one) => one.value === value);
      if (token === undefined || clock.now() >= token.endsAt) mistakes.push(`${value} is handed out after its end`);
      if (token !== undefined && rejected.has(token.value)) mistakes.push(`${value} is handed out after a 401`);
    } catch (error) {
      if (!stop.signal.aborted && !(error instanceof CallmatchError && error.code === 'token-refused'))
        mistakes.push(String(error));
    } finally {
      waiting.delete(stop);
    }
  };
  return { clock, server, issued, rejected, mistakes, source, waiting, call };
}

it(
  'is refreshed by one request at a time, once for each reason, and never handed out after its end',
  UNHURRIED,
  async () => {
    const numbers = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { maxLength: 60, size: 'max' }), numbers, async (steps, drawn) => {
        let draws = 0;
        const world = startWorld(() => drawn[draws++ % drawn.length] ?? 0);
        const { clock, server, source } = world;
        const calls: Promise<void>[] = [];
        for (const step of steps) {
          if (step.kind === 'call') calls.push(world.call());
          else if (step.kind === 'pass') await clock.elapse(step.ms);
          else if (step.kind === 'server') Object.assign(server, step);
          else if (step.kind === 'leave') for (const stop of world.waiting) stop.abort('gone');
          else {
            const token = world.issued.at(-1 - step.age);
            if (token === undefined) continue;
            // HubSpot answers 401 to an old token too; the new one is not harmed by it.
            world.rejected.add(token.value);
            source.reject(token.value);
          }
          await settled();
          expect(world.mistakes).toEqual([]);
        }
        // Whoever still waits gets a token when the server is well, and then nothing is left running.
        Object.assign(server, { mode: 'well', latency: 0, lifetime: 1_800_000 });
        await clock.elapse(130_000);
        await Promise.all(calls);
        expect([world.mistakes, world.waiting.size, clock.pending]).toEqual([[], 0, 0]);
      }),
      { numRuns: 300 },
    );
  },
);
