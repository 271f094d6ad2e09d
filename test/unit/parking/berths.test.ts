import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../../src/abort.ts';
import type { Tenure } from '../../../src/kafka/delivery.ts';
import { ParkedIndex } from '../../../src/kafka/parked-index.ts';
import { Berths } from '../../../src/parking/berths.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { PAUSED, ScriptedPortal } from '../../support/parking-world.ts';

function open() {
  const clock = new ManualClock();
  const sending = new AbortController();
  const pressure = { is: false };
  const tenure: Tenure = {
    ...{ topic: 'calls.cdr', partition: 5, room: 100, hasRoom: true },
    get isPressed() {
      return pressure.is;
    },
    issuing: {
      sending: sending.signal,
      publishing: new AbortController().signal,
      issued: { granted: () => true, wait: async () => {}, claim: () => true },
    },
    outputs: { published() {}, settled() {} },
  };
  return { clock, sending, pressure, berths: new Berths(tenure, new ParkedIndex(), clock) };
}

describe('berths', () => {
  it('are one for each portal', () => {
    const { berths } = open();
    const [a, b] = [new ScriptedPortal('a'), new ScriptedPortal('b')];
    expect(berths.of(a)).toBe(berths.of(a));
    expect(berths.of(b)).not.toBe(berths.of(a));
    expect(berths.of(new ScriptedPortal('a'))).not.toBe(berths.of(b));
  });

  it.each([
    ['in trouble', { state: PAUSED }],
    ['waiting for its quota', { waiting: 1 }],
    ['waiting after a failure', { resting: 1 }],
  ])('are cleared where the partition is pressed and the portal is %s', async (_name, trouble) => {
    const { berths, pressure, clock } = open();
    const [a, b] = [new ScriptedPortal('a'), new ScriptedPortal('b')];
    Object.assign(a, trouble);
    const signals = [a, b].map((portal) => {
      berths.of(portal).held = 1;
      return berths.of(portal).signal;
    });
    pressure.is = true;
    berths.of(b);
    await clock.elapse(100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('are looked at in turns where there are many', async () => {
    const { berths, pressure, clock } = open();
    const portals = Array.from({ length: 600 }, (_, n) => new ScriptedPortal(`p-${n}`));
    const signals = portals.map((portal) => {
      Object.assign(portal, { waiting: 1 });
      berths.of(portal).held = 1;
      return berths.of(portal).signal;
    });
    const cleared = () => signals.filter(({ aborted }) => aborted).length;
    pressure.is = true;
    berths.of(new ScriptedPortal('another'));
    const looks: number[] = [];
    for (let look = 0; look < 3; look += 1) {
      await clock.elapse(100);
      looks.push(cleared());
    }
    expect(looks).toEqual([256, 512, 600]);
  });

  it('are looked at again as long as the partition is pressed, though no call comes', async () => {
    const { berths, pressure, clock } = open();
    const a = new ScriptedPortal('a');
    const berth = berths.of(a);
    berth.held = 1;
    const { signal } = berth;
    pressure.is = true;
    berths.of(a);
    await clock.elapse(500);
    expect(signal.aborted).toBe(false);
    a.waiting = 1;
    await clock.elapse(100);
    expect(signal.aborted).toBe(true);
    pressure.is = false;
    await clock.elapse(100);
    expect(clock.runNext()).toBe(false);
  });

  it('are given up when there are many and nothing is in them', () => {
    const { berths, sending } = open();
    const busy = new ScriptedPortal('busy');
    const kept = berths.of(busy);
    kept.held = 1;
    for (let n = 0; n < 5_000; n += 1) void berths.of(new ScriptedPortal(`p${n}`)).signal;
    expect(waitingFor(sending.signal)).toBeLessThan(1_000);
    expect(berths.of(busy)).toBe(kept);
  });
});
