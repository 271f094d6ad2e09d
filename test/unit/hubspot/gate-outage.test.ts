/** The gate in an outage: one probe a second, also while others hang, and the first good answer opens it. */
import { describe, expect, it } from 'vitest';
import { breakerState } from '../../../src/hubspot/gate.ts';
import { down, enter, revoked, setUpGate } from '../../support/gate-visitor.ts';

describe('an outage', () => {
  it('probes once a second in an outage, however long it takes', async () => {
    const { clock, gate } = setUpGate();
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

  it('counts the second from one sent probe to the next, while the one before hangs', async () => {
    const { clock, gate, changes } = setUpGate();
    gate.shut(down, false);
    const [first, second, third] = [enter(gate), enter(gate), enter(gate)];
    await clock.elapse(1_000);
    // It waits for the quota.
    await clock.elapse(5_000);
    expect([first.result, second.result]).toEqual([true, undefined]);
    gate.sent();
    await clock.elapse(1_000);
    expect(second.result).toBe(true);
    gate.shut(down, true);
    await clock.elapse(5_000);
    expect(third.result).toBeUndefined();
    gate.sent();
    gate.shut(down, true);
    await clock.elapse(1_000);
    expect(third.result).toBe(true);
    // One probe was under way when the other one failed.
    expect(changes.map(({ state }) => state)).toEqual(['paused', 'probing', 'paused', 'probing']);
  });

  it('is opened by any of the probes under way, and those that fail later do not shut it', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(down, false);
    const probes = [enter(gate), enter(gate)];
    await clock.elapse(1_000);
    gate.sent();
    await clock.elapse(1_000);
    gate.sent();
    expect(probes.map(({ result }) => result)).toEqual([true, true]);
    gate.opened();
    gate.probeLost();
    expect(gate.current.state).toBe('active');
  });

  it('begins the next outage with a pause, though a probe of the last one is still under way', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(down, false);
    for (const _probe of [enter(gate), enter(gate)]) {
      await clock.elapse(1_000);
      gate.sent();
    }
    gate.opened();
    await clock.elapse(500);
    gate.shut(down, false);
    const next = enter(gate);
    expect(breakerState(gate.current)).toBe('open');
    await clock.elapse(999);
    expect(next.result).toBeUndefined();
    await clock.elapse(1);
    expect(next.result).toBe(true);
  });

  it('lets nobody probe beside one to whom the probe was handed on, until that one is sent', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(down, false);
    const [first, second, third] = [enter(gate), enter(gate), enter(gate)];
    await clock.elapse(1_000);
    gate.sent();
    gate.handedOn();
    await clock.elapse(10_000);
    expect([first.result, second.result, third.result]).toEqual([true, true, undefined]);
    gate.sent();
    await clock.elapse(1_000);
    expect(third.result).toBe(true);
  });

  it('keeps the long pauses of other trouble through an outage', async () => {
    const { clock, gate } = setUpGate();
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
    const outage = setUpGate();
    outage.gate.shut(down, false);
    enter(outage.gate);
    await outage.clock.elapse(1_000);
    outage.gate.reached();
    expect(outage.gate.current.state).toBe('active');
    const other = setUpGate();
    other.gate.shut(revoked, false);
    enter(other.gate);
    await other.clock.elapse(15_000);
    other.gate.reached();
    expect(other.gate.current).toMatchObject({ state: 'paused', reason: 'crm-unauthorized', pauseMs: 15_000 });
  });
});
