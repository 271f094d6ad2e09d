import { describe, expect, it } from 'vitest';
import { startTraffic } from '../../chaos/traffic.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

function open({ calls = 10, perSecond = 10 } = {}) {
  const clock = new ManualClock();
  const sent: string[][] = [];
  const broker = { isUp: true };
  const producer = {
    async send(...ids: string[]) {
      if (!broker.isUp) throw new Error('no broker');
      sent.push(ids);
    },
    async sendOf() {},
    async disconnect() {},
  };
  const traffic = startTraffic(producer, { prefix: 'c', calls, perSecond }, clock, new AbortController().signal);
  return { clock, sent, broker, traffic };
}

describe('startTraffic', () => {
  it('sends all calls at its pace', async () => {
    const { clock, sent, traffic } = open({ calls: 5, perSecond: 20 });
    await clock.elapse(100);
    expect(sent).toEqual([['c-0', 'c-1']]);
    await clock.elapse(1_000);
    await traffic.finished;
    expect(sent.flat()).toEqual(['c-0', 'c-1', 'c-2', 'c-3', 'c-4']);
    expect(traffic.sent).toBe(5);
    expect(clock.pending).toBe(0);
  });

  it('goes on at the same pace after a pause', async () => {
    const { clock, sent, traffic } = open();
    await clock.elapse(300);
    await traffic.pause();
    await clock.elapse(5_000);
    expect(traffic.sent).toBe(3);
    traffic.resume();
    await clock.elapse(100);
    expect(sent.at(-1)).toEqual(['c-3']);
  });

  it('sends again what failed', async () => {
    const { clock, sent, broker, traffic } = open();
    await clock.elapse(300);
    broker.isUp = false;
    await clock.elapse(200);
    expect(traffic.sent).toBe(3);
    broker.isUp = true;
    await clock.elapse(100);
    expect(sent.at(-1)).toEqual(['c-3', 'c-4', 'c-5']);
    await clock.elapse(500);
    await settled();
    await traffic.finished;
    expect(sent.flat()).toHaveLength(10);
  });
});
