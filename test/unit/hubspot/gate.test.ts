import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../../src/abort.ts';
import { CallmatchError } from '../../../src/errors.ts';
import { breakerState, createGate, type Gate, type PortalState } from '../../../src/hubspot/gate.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const revoked = new CallmatchError('crm-unauthorized', '401');
const down = new CallmatchError('crm-unreachable', 'refused');
const moving = (retryAfterMs: number) => new CallmatchError('crm-moving', '477', { retryAfterMs });
const { signal: never } = new AbortController();

function setUp() {
  const clock = new ManualClock();
  const changes: PortalState[] = [];
  const gate = createGate(clock, (state) => changes.push(state));
  return { clock, gate, changes };
}

/** Waits at the gate and notes what came of it. */
function enter(gate: Gate, signal: AbortSignal = never, isProof = true) {
  const entry: { result: boolean | 'refused' | undefined } = { result: undefined };
  gate.pass(signal, isProof).then(
    (isProbe) => {
      entry.result = isProbe;
    },
    () => {
      entry.result = 'refused';
    },
  );
  return entry;
}

describe('Gate', () => {
  it('lets everything through while the portal is well', async () => {
    const { gate, changes } = setUp();
    expect(await gate.pass(never)).toBe(false);
    expect(gate.current).toEqual({ state: 'active' });
    expect(changes).toEqual([]);
  });

  it('holds everything after trouble, sends the oldest as the probe, and opens for all when it comes back well', async () => {
    const { clock, gate, changes } = setUp();
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

  it('pauses ever longer while probes fail, up to five minutes, and begins anew after a good one', async () => {
    const { clock, gate } = setUp();
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
    const { gate } = setUp();
    gate.shut(moving(3_600_000), false);
    expect(gate.current).toMatchObject({ state: 'paused', reason: 'crm-moving', pauseMs: 3_600_000 });
    const other = setUp().gate;
    other.shut(moving(0), false);
    expect(other.current).toMatchObject({ pauseMs: 1_000 });
  });

  it('does not listen to what was on the wire when it was shut', async () => {
    const { clock, gate } = setUp();
    gate.shut(moving(20_000), false);
    gate.shut(revoked, false);
    expect(gate.current).toMatchObject({ reason: 'crm-moving', pauseMs: 20_000 });
    const probe = enter(gate);
    await clock.elapse(20_000);
    gate.shut(revoked, false);
    expect([probe.result, gate.current.state]).toEqual([true, 'probing']);
  });

  it('keeps the beginning of the trouble through its changes of reason', async () => {
    const { clock, gate } = setUp();
    const since = clock.wall();
    gate.shut(moving(5_000), false);
    enter(gate);
    await clock.elapse(5_000);
    gate.shut(revoked, true);
    expect(gate.current).toMatchObject({ state: 'paused', reason: 'crm-unauthorized', since });
  });

  it('lets the next one probe when a probe was lost', async () => {
    const { clock, gate } = setUp();
    gate.shut(revoked, false);
    const [first, second] = [enter(gate), enter(gate)];
    await clock.elapse(15_000);
    gate.probeLost();
    expect([first.result, second.result]).toEqual([true, undefined]);
    await clock.elapse(15_000);
    expect(second.result).toBe(true);
  });

  it('hands the probe on at once when it may not be sent', async () => {
    const { clock, gate, changes } = setUp();
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
    const { clock, gate } = setUp();
    gate.shut(revoked, false);
    enter(gate);
    await clock.elapse(15_000);
    gate.handedOn();
    expect([gate.current.state, clock.pending]).toEqual(['paused', 0]);
    const late = enter(gate);
    await clock.elapse(0);
    expect([late.result, gate.current.state]).toEqual([true, 'probing']);
  });

  it('probes once a second in an outage, however long it takes', async () => {
    const { clock, gate } = setUp();
    gate.shut(down, false);
    const probes = Array.from({ length: 20 }, () => enter(gate));
    for (const probe of probes) {
      expect([gate.current.state, breakerState(gate.current)]).toEqual(['paused', 'open']);
      await clock.elapse(999);
      expect(probe.result).toBeUndefined();
      await clock.elapse(1);
      expect([probe.result, breakerState(gate.current)]).toEqual([true, 'half-open']);
      gate.shut(down, true);
    }
    enter(gate);
    await clock.elapse(1_000);
    gate.opened();
    expect(breakerState(gate.current)).toBe('closed');
  });

  it('counts the second from probe to probe: one that hung for longer is followed at once', async () => {
    const { clock, gate } = setUp();
    gate.shut(down, false);
    const [first, second, third] = [enter(gate), enter(gate), enter(gate)];
    await clock.elapse(1_000);
    const sentAt = clock.now();
    await clock.elapse(4_000);
    gate.shut(down, true, sentAt);
    await clock.elapse(0);
    expect([first.result, second.result]).toEqual([true, true]);
    gate.probeLost(clock.now() - 400);
    await clock.elapse(599);
    expect(third.result).toBeUndefined();
    await clock.elapse(1);
    expect(third.result).toBe(true);
  });

  it('keeps the long pauses of other trouble through an outage', async () => {
    const { clock, gate } = setUp();
    gate.shut(revoked, false);
    for (const error of [down, down, revoked]) {
      enter(gate);
      await clock.elapse(15_000);
      gate.shut(error, true);
    }
    expect(gate.current).toMatchObject({ reason: 'crm-unauthorized', pauseMs: 30_000 });
    expect(breakerState(gate.current)).toBe('closed');
  });

  it('takes an answer without a verdict for the end of an outage, and of nothing else', async () => {
    const outage = setUp();
    outage.gate.shut(down, false);
    enter(outage.gate);
    await outage.clock.elapse(1_000);
    outage.gate.reached();
    expect(outage.gate.current.state).toBe('active');
    const other = setUp();
    other.gate.shut(revoked, false);
    enter(other.gate);
    await other.clock.elapse(15_000);
    other.gate.reached();
    expect(other.gate.current).toMatchObject({ state: 'paused', reason: 'crm-unauthorized', pauseMs: 15_000 });
  });

  it('probes with one that can prove something, and only else with another', async () => {
    const { clock, gate } = setUp();
    gate.shut(down, false);
    const [search, call, late] = [enter(gate, never, false), enter(gate), enter(gate, never, false)];
    await clock.elapse(1_000);
    expect([search.result, call.result]).toEqual([undefined, true]);
    gate.handedOn();
    await settled();
    expect([search.result, late.result]).toEqual([true, undefined]);
  });

  it('lets one that comes long after the pause probe at once', async () => {
    const { clock, gate } = setUp();
    gate.shut(revoked, false);
    await clock.elapse(1_000_000);
    expect(clock.pending).toBe(0);
    const late = enter(gate);
    await clock.elapse(0);
    expect(late.result).toBe(true);
  });

  it('leaves nothing on the signal of those it let through', async () => {
    const { clock, gate } = setUp();
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
    const { gate } = setUp();
    await expect(gate.pass(AbortSignal.abort('gone'))).rejects.toBe('gone');
  });

  it('has one probe at a time and forgets nobody, whatever happens', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('enter', 'search') },
      {
        weight: 2,
        arbitrary: fc.constantFrom('shut', 'down', 'abort', 'opened', 'reached', 'failed', 'hung', 'lost', 'handed'),
      },
      { weight: 3, arbitrary: fc.constantFrom(1, 1_000, 15_000, 300_000) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
        const { clock, gate } = setUp();
        const entries: { entry: ReturnType<typeof enter>; stop: AbortController; isProof: boolean; isOver: boolean }[] =
          [];
        const probes = () => entries.filter(({ entry, isOver }) => entry.result === true && !isOver);
        const waiting = () => entries.filter(({ entry }) => entry.result === undefined);
        const run = async (one: (typeof steps)[number]) => {
          const [probe] = probes();
          if (typeof one === 'number') await clock.elapse(one);
          else if (one === 'shut') gate.shut(revoked, false);
          else if (one === 'down') gate.shut(down, false);
          else if (one === 'abort') waiting()[0]?.stop.abort();
          else if (one === 'enter' || one === 'search') {
            const stop = new AbortController();
            const isProof = one === 'enter';
            entries.push({ entry: enter(gate, stop.signal, isProof), stop, isProof, isOver: false });
          } else if (probe !== undefined) {
            probe.isOver = true;
            if (one === 'opened') gate.opened();
            else if (one === 'failed') gate.shut(revoked, true);
            else if (one === 'hung') gate.shut(down, true, clock.now() - 4_000);
            else if (one === 'reached') gate.reached();
            else if (one === 'handed') gate.handedOn();
            else gate.probeLost();
          }
          await settled();
        };

        for (const one of steps) {
          const [oldest] = waiting();
          const [before] = probes();
          await run(one);
          expect(probes().length).toBe(gate.current.state === 'probing' ? 1 : 0);
          if (oldest !== undefined && oldest.entry.result === undefined) expect(waiting()[0]).toBe(oldest);
          // One that can prove nothing probes only when nobody else could.
          const [probe] = probes();
          if (probe !== before && probe?.isProof === false)
            expect(waiting().filter(({ isProof }) => isProof)).toEqual([]);
          if (gate.current.state === 'active') expect(waiting()).toEqual([]);
          if (gate.current.state === 'paused' && waiting().length > 0) expect(clock.pending).toBe(1);
          expect(clock.pending).toBeLessThanOrEqual(1);
        }
        for (let n = 0; n < 3; n += 1) {
          await run(300_000);
          await run('opened');
        }
        expect(waiting()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
