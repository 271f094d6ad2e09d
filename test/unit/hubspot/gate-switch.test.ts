import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { breakerState } from '../../../src/hubspot/gate.ts';
import { down, enter, revoked, setUpGate } from '../../support/gate-visitor.ts';
import { settled } from '../../support/manual-clock.ts';

describe('a portal that is switched off', () => {
  it('holds all that come until it is switched on again, and probes nothing', async () => {
    const { clock, gate, changes } = setUpGate();
    gate.turn('off');
    const entries = [enter(gate), enter(gate)];
    await clock.elapse(3_600_000);
    expect(entries.map(({ result }) => result)).toEqual([undefined, undefined]);
    expect([gate.current, breakerState(gate.current), clock.pending]).toEqual([{ state: 'disabled' }, 'closed', 0]);
    gate.turn('on');
    await settled();
    expect(entries.map(({ result }) => result)).toEqual([false, false]);
    expect(changes).toEqual([{ state: 'disabled' }, { state: 'active' }]);
  });

  it.each([
    ['trouble', revoked],
    ['an outage', down],
  ])('and was in %s is probed as soon as it is switched on', async (_, error) => {
    const { clock, gate } = setUpGate();
    gate.shut(error, false);
    gate.turn('off');
    const entries = [enter(gate), enter(gate)];
    await clock.elapse(3_600_000);
    expect(entries.map(({ result }) => result)).toEqual([undefined, undefined]);
    gate.turn('on');
    await clock.elapse(0);
    expect(entries.map(({ result }) => result)).toEqual([true, undefined]);
    gate.opened();
    await settled();
    expect(entries.map(({ result }) => result)).toEqual([true, false]);
  });

  it('while it is probed believes the probe, but lets nobody pass', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(revoked, false);
    const [, second] = [enter(gate), enter(gate)];
    await clock.elapse(15_000);
    gate.turn('off');
    gate.opened();
    await settled();
    expect([gate.current.state, second.result]).toEqual(['disabled', undefined]);
    gate.turn('on');
    await settled();
    expect([gate.current.state, second.result]).toEqual(['active', false]);
  });

  it('gives a probe back that was not sent yet', async () => {
    const { clock, gate } = setUpGate();
    gate.shut(revoked, false);
    const [first, second] = [enter(gate), enter(gate)];
    await clock.elapse(15_000);
    gate.turn('off');
    gate.handedOn();
    await settled();
    expect([first.result, second.result]).toEqual([true, undefined]);
    gate.turn('on');
    await clock.elapse(0);
    expect([gate.current.state, second.result]).toEqual(['probing', true]);
  });
});

test('switched on again, a paused portal is probed at once: its trouble may have been put right', async () => {
  const { clock, gate, changes } = setUpGate();
  gate.shut(revoked, false);
  const probe = enter(gate);
  gate.turn('on');
  await clock.elapse(0);
  expect(probe.result).toBe(true);
  expect(changes.map(({ state }) => state)).toEqual(['paused', 'probing']);
});

const step = fc.oneof(
  fc.constant({ kind: 'come' } as const),
  fc.constantFrom({ kind: 'off' } as const, { kind: 'on' } as const),
  fc.constantFrom({ kind: 'shut', error: revoked } as const, { kind: 'shut', error: down } as const),
  fc.constantFrom({ kind: 'well' } as const, { kind: 'ill' } as const, { kind: 'unsent' } as const),
  fc.nat(40_000).map((ms) => ({ kind: 'wait', ms }) as const),
);

test('whatever happens meanwhile, nobody passes while it is off, and everybody gets through in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { clock, gate } = setUpGate();
      const entries: ReturnType<typeof enter>[] = [];
      /** Probes that have passed and have not ended. */
      let probes = 0;
      let passed = 0;
      const look = () => {
        const now = entries.filter(({ result }) => result !== undefined);
        probes += now.slice(passed).length - now.slice(passed).filter(({ result }) => result === false).length;
        passed = now.length;
      };
      for (const step of steps) {
        const [isOff, before] = [gate.current.state === 'disabled', passed];
        if (step.kind === 'come') entries.push(enter(gate));
        else if (step.kind === 'off' || step.kind === 'on') gate.turn(step.kind);
        else if (step.kind === 'shut') gate.shut(step.error, false);
        else if (step.kind === 'wait') await clock.elapse(step.ms);
        else if (probes > 0) {
          probes -= 1;
          if (step.kind === 'well') gate.opened();
          else if (step.kind === 'ill') gate.shut(revoked, true);
          else gate.handedOn();
        }
        await settled();
        look();
        if (isOff && step.kind !== 'on') expect(passed).toBe(before);
      }
      gate.turn('on');
      for (let n = 0; n < 100 && entries.some(({ result }) => result === undefined); n += 1) {
        await clock.elapse(300_000);
        look();
        if (probes > 0) gate.opened();
        probes = 0;
        await settled();
      }
      expect(entries.every(({ result }) => result !== undefined)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
