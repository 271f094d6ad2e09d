import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../../src/abort.ts';
import { PARK } from '../../../src/hubspot/parked.ts';
import type { Tenure } from '../../../src/kafka/delivery.ts';
import { ParkedIndex } from '../../../src/kafka/parked-index.ts';
import { Berth } from '../../../src/parking/berth.ts';
import { PAUSED, ScriptedPortal } from '../../support/parking-world.ts';

function open(room = 300) {
  const sending = new AbortController();
  const tenure: Tenure = {
    ...{ topic: 'calls.cdr', partition: 5, room, isPressed: false, hasRoom: true },
    issuing: {
      sending: sending.signal,
      publishing: new AbortController().signal,
      issued: { granted: () => true, wait: async () => {}, claim: () => true },
    },
    outputs: { published() {}, settled() {} },
  };
  const index = new ParkedIndex();
  return { sending, index, berth: new Berth(tenure, index), portal: new ScriptedPortal('a') };
}

describe('a berth', () => {
  it('is full while its portal is in trouble, or has calls that are parked', () => {
    const { berth, portal, index } = open();
    expect(berth.isFull(portal)).toBe(false);
    portal.state = PAUSED;
    expect(berth.isFull(portal)).toBe(true);
    portal.state = { state: 'active' };
    index.add('a', 1);
    expect(berth.isFull(portal)).toBe(true);
    index.take('a', 1);
    expect(berth.isFull(portal)).toBe(false);
  });

  it('is full when it holds a third of the room that is left, and the quota is what is waited for', () => {
    const { berth, portal } = open(300);
    berth.held = 100;
    expect(berth.isFull(portal)).toBe(false);
    portal.waiting = 1;
    expect(berth.isFull(portal)).toBe(true);
    berth.held = 99;
    expect(berth.isFull(portal)).toBe(false);
  });

  it('holds a few in any case', () => {
    const { berth, portal } = open(0);
    portal.waiting = 1;
    berth.held = 15;
    expect(berth.isFull(portal)).toBe(false);
    berth.held = 16;
    expect(berth.isFull(portal)).toBe(true);
  });

  it('takes back all that waits, once; what comes later has another signal', () => {
    const { berth } = open();
    const { signal } = berth;
    expect(berth.signal).toBe(signal);
    berth.clear();
    expect([signal.aborted, signal.reason]).toEqual([true, PARK]);
    expect(berth.signal.aborted).toBe(false);
  });

  it('gives all up with the partition', () => {
    const { berth, sending } = open();
    const { signal } = berth;
    const lost = new Error('lost');
    sending.abort(lost);
    expect([signal.reason, berth.signal.reason]).toEqual([lost, lost]);
  });

  it('leaves nothing behind', () => {
    const { berth, sending } = open();
    for (let n = 0; n < 3; n += 1) if (!berth.signal.aborted) berth.clear();
    expect(waitingFor(sending.signal)).toBe(0);
    if (!berth.signal.aborted) berth.close();
    expect(waitingFor(sending.signal)).toBe(0);
  });
});
