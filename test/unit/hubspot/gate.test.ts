import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../../src/abort.ts';
import { CallmatchError } from '../../../src/errors.ts';
import { breakerState, createGate } from '../../../src/hubspot/gate.ts';
import { down, enter, revoked, setUpGate } from '../../support/gate-visitor.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const moving = (retryAfterMs: number) => new CallmatchError('crm-moving', '477', { retryAfterMs });
const { signal: never } = new AbortController();

/** One that came to the gate, as the test keeps track of it. */
interface Entry {
  readonly entry: ReturnType<typeof enter>;
  readonly stop: AbortController;
  readonly isProof: boolean;
  isSent: boolean;
  /** A probe that has ended. */
  isOver: boolean;
}

describe('Gate', () => {
  it('lets everything through while the portal is well', async () => {
    const { gate, changes } = setUpGate();
    expect(await gate.pass(never)).toBe(false);
    expect(gate.current).toEqual({ state: 'active' });
    expect(changes).toEqual([]);
  });

  it('holds everything after trouble, sends the oldest as the probe, and opens for all when it comes back well', async () => {
    const { clock, gate, changes } = setUpGate();
    const since = clock.wall();
    gate.shut(revoked, false);
    const entries = [enter(gate), enter(gate), enter(gate)];
    await clock.elapse(14_999);
    expect(entries.map(({ result }) => result)).toEqual([undefined, undefined, undefined]);
    await clock.elapse(1);
    expect(entries.map(({ result }) => result)).toEqual([true, undefined, undefined]);
    await clock.elapse(1_000_000);
    expect(entries.map(({ result }) => result)).toEqual([true, undefined, undefined]);
    gate.opened();
    await settled();
    expect(entries.map(({ result }) => result)).toEqual([true, false, false]);
    const trouble = { reason: 'crm-unauthorized', since, pauseMs: 15_000 };
    expect(changes).toEqual([{ state: 'paused', ...trouble }, { state: 'probing', ...trouble }, { state: 'active' }]);
    expect(clock.pending).toBe(0);
  });

  it('probes a used-up day when it is said to be worth it, unless HubSpot said when', async () => {
    const clock = new ManualClock();
    const gate = createGate(clock, undefined, () => 900_000);
    gate.shut(new CallmatchError('crm-daily-limit', '429'), false);
    expect(gate.current).toMatchObject({ pauseMs: 900_000 });
    const probe = enter(gate);
    await clock.elapse(900_000);
    expect(probe.result).toBe(true);
    gate.shut(new CallmatchError('crm-daily-limit', '429'), true);
    expect(gate.current).toMatchObject({ state: 'paused', pauseMs: 900_000 });
    const told = createGate(clock, undefined, () => 900_000);
    told.shut(new CallmatchError('crm-daily-limit', '429', { retryAfterMs: 30_000 }), false);
    expect(told.current).toMatchObject({ pauseMs: 30_000 });
  });

  it('pauses ever longer while probes fail, up to five minutes, and begins anew after a good one', async () => {
    const { clock, gate } = setUpGate();
    const pauses: number[] = [];
    gate.shut(revoked, false);
    for (let n = 0; n < 7; n += 1) {
      if (gate.current.state === 'paused') pauses.push(gate.current.pauseMs);
      const probe = enter(gate);
      await clock.elapse(300_000);
      expect(probe.result).toBe(true);
      gate.shut(revoked, true);
    }
    expect(pauses).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
    const last = enter(gate);
    await clock.elapse(300_000);
    expect(last.result).toBe(true);
    gate.opened();
    gate.shut(revoked, false);
    expect(gate.current).toMatchObject({ pauseMs: 15_000 });
  });

  it('honours Retry-After, but never makes a loop of it', () => {
    const { gate } = setUpGate();
    gate.shut(moving(3_600_000), false);
    expect(gate.current).toMatchObject({ state: 'paused', reason: 'crm-moving', pauseMs: 3_600_000 });
    const other = setUpGate().gate;
    other.shut(moving(0), false);
    expect(other.current).toMatchObject({ pauseMs: 1_000 });
  });

  it('does not listen to what was on the wire when it was shut', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(moving(20_000), false);
    gate.shut(revoked, false);
    expect(gate.current).toMatchObject({ reason: 'crm-moving', pauseMs: 20_000 });
    const probe = enter(gate);
    await clock.elapse(20_000);
    gate.shut(revoked, false);
    expect([probe.result, gate.current.state]).toEqual([true, 'probing']);
  });

  it('keeps the beginning of the trouble through its changes of reason', async () => {
    const { clock, gate } = setUpGate();
    const since = clock.wall();
    gate.shut(moving(5_000), false);
    enter(gate);
    await clock.elapse(5_000);
    gate.shut(revoked, true);
    expect(gate.current).toMatchObject({ state: 'paused', reason: 'crm-unauthorized', since });
  });

  it('lets the next one probe when a probe was lost', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(revoked, false);
    const [first, second] = [enter(gate), enter(gate)];
    await clock.elapse(15_000);
    gate.probeLost();
    expect([first.result, second.result]).toEqual([true, undefined]);
    await clock.elapse(15_000);
    expect(second.result).toBe(true);
  });

  it('hands the probe on at once when it may not be sent', async () => {
    const { clock, gate, changes } = setUpGate();
    gate.shut(revoked, false);
    const [first, second, third] = [enter(gate), enter(gate), enter(gate)];
    await clock.elapse(15_000);
    gate.handedOn();
    await settled();
    expect([first.result, second.result, third.result]).toEqual([true, true, undefined]);
    gate.opened();
    await settled();
    expect(third.result).toBe(false);
    expect(changes.map(({ state }) => state)).toEqual(['paused', 'probing', 'active']);
  });

  it('lets the next one that comes probe when nobody waits to take the probe', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(revoked, false);
    enter(gate);
    await clock.elapse(15_000);
    gate.handedOn();
    expect([gate.current.state, clock.pending]).toEqual(['paused', 0]);
    const late = enter(gate);
    await clock.elapse(0);
    expect([late.result, gate.current.state]).toEqual([true, 'probing']);
  });

  it('probes with one that can prove something, and only else with another', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(down, false);
    const [search, call, late] = [enter(gate, never, false), enter(gate), enter(gate, never, false)];
    await clock.elapse(1_000);
    expect([search.result, call.result]).toEqual([undefined, true]);
    gate.handedOn();
    await settled();
    expect([search.result, late.result]).toEqual([true, undefined]);
  });

  it('lets one that comes long after the pause probe at once', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(revoked, false);
    await clock.elapse(1_000_000);
    expect(clock.pending).toBe(0);
    const late = enter(gate);
    await clock.elapse(0);
    expect(late.result).toBe(true);
  });

  it('leaves nothing on the signal of those it let through', async () => {
    const { clock, gate } = setUpGate();
    const { signal } = new AbortController();
    gate.shut(revoked, false);
    const entries = Array.from({ length: 5 }, () => enter(gate, signal));
    for (let round = 0; round < 3; round += 1) {
      await clock.elapse(300_000);
      gate.shut(revoked, true);
    }
    await clock.elapse(300_000);
    gate.opened();
    await settled();
    expect(entries.map(({ result }) => result)).toEqual([true, true, true, true, false]);
    expect(waitingFor(signal)).toBe(0);
  });

  it('refuses who has aborted already', async () => {
    const { gate } = setUpGate();
    await expect(gate.pass(AbortSignal.abort('gone'))).rejects.toBe('gone');
  });

  it('has one probe at a time, or one a second in an outage, and forgets nobody, whatever happens', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('enter', 'search') },
      { weight: 2, arbitrary: fc.constantFrom('shut', 'down', 'abort', 'handed') },
      { weight: 3, arbitrary: fc.constantFrom('opened', 'reached', 'failed', 'hung', 'lost') },
      { weight: 4, arbitrary: fc.constant('sent') },
      { weight: 5, arbitrary: fc.constantFrom(1, 500, 1_000, 15_000) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { clock, gate } = setUpGate();
        const entries: Entry[] = [];
        const waiting = () => entries.filter(({ entry }) => entry.result === undefined);
        const probes = () => entries.filter(({ entry, isOver }) => entry.result === true && !isOver);
        const unsent = () => probes().filter(({ isSent }) => !isSent);
        /** When the last probe was sent, as long as the next one has to keep its distance. */
        let lastSent = Number.NEGATIVE_INFINITY;

        const enterAs = (isProof: boolean) => {
          const stop = new AbortController();
          entries.push({ entry: enter(gate, stop.signal, isProof), stop, isProof, isSent: false, isOver: false });
        };
        const send = () => {
          const [probe] = unsent();
          if (probe === undefined) return;
          probe.isSent = true;
          gate.sent();
          if (breakerState(gate.current) !== 'half-open') return;
          expect(clock.now() - lastSent).toBeGreaterThanOrEqual(1_000);
          lastSent = clock.now();
        };
        /** Ends the oldest probe so; what ends the trouble, or begins another, is the end of the others too. */
        const end = (how: () => void, isLast: boolean) => {
          const [probe, ...others] = probes();
          if (probe === undefined) return;
          probe.isOver = true;
          how();
          if (!isLast) return;
          lastSent = Number.NEGATIVE_INFINITY;
          for (const other of others) {
            other.isOver = true;
            gate.probeLost();
          }
        };
        const acts: Record<Exclude<(typeof steps)[number], number>, () => void> = {
          enter: () => enterAs(true),
          search: () => enterAs(false),
          shut: () => gate.shut(revoked, false),
          down: () => gate.shut(down, false),
          abort: () => waiting()[0]?.stop.abort(),
          sent: send,
          opened: () => end(gate.opened, true),
          reached: () => end(gate.reached, true),
          failed: () => end(() => gate.shut(revoked, true), true),
          hung: () => end(() => gate.shut(down, true), false),
          lost: () => end(gate.probeLost, false),
          handed() {
            // It was not sent, or could prove nothing: the next one need not wait.
            lastSent = Number.NEGATIVE_INFINITY;
            end(gate.handedOn, false);
          },
        };
        const run = async (one: (typeof steps)[number]) => {
          if (typeof one === 'number') await clock.elapse(one);
          else acts[one]();
          await settled();
        };

        for (const one of steps) {
          const [oldest] = waiting();
          const before = new Set(probes());
          await run(one);
          const breaker = breakerState(gate.current);
          expect(probes().length > 0).toBe(gate.current.state === 'probing');
          expect(unsent().length).toBeLessThanOrEqual(1);
          if (breaker !== 'half-open') expect(probes().length).toBeLessThanOrEqual(1);
          if (oldest !== undefined && oldest.entry.result === undefined) expect(waiting()[0]).toBe(oldest);
          // One that can prove nothing probes only when nobody else could.
          if (probes().some((probe) => !before.has(probe) && !probe.isProof))
            expect(waiting().filter(({ isProof }) => isProof)).toEqual([]);
          if (gate.current.state === 'active') expect(waiting()).toEqual([]);
          const isDue = gate.current.state === 'paused' || (breaker === 'half-open' && unsent().length === 0);
          if (isDue && waiting().length > 0) expect(clock.pending).toBe(1);
          expect(clock.pending).toBeLessThanOrEqual(1);
        }
        for (let n = 0; n < 3; n += 1) {
          await clock.elapse(300_000);
          await run('opened');
        }
        expect(waiting()).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
