import { expect, it } from 'vitest';
import { countDoubts } from '../../chaos/doubts.ts';
import { ManualClock } from '../../support/manual-clock.ts';

it('sums up what the broker says, as soon as it says something', async () => {
  const clock = new ManualClock();
  let isUp = true;
  const ask = async (clientId: string) => {
    if (!isUp) throw new Error('no broker');
    return clientId.length;
  };
  const doubts = countDoubts(ask, clock, new AbortController().signal);
  expect(await doubts.add('abc')).toBe(3);
  isUp = false;
  const waiting = doubts.add('ab');
  await clock.elapse(1_000);
  expect(doubts.total).toBe(3);
  isUp = true;
  await clock.elapse(1_000);
  expect(await waiting).toBe(2);
  expect(doubts.total).toBe(5);
});
