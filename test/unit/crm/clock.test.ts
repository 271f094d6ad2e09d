import { expect, test } from 'vitest';
import { AdvancingClock, systemClock } from '../../../src/crm/clock.ts';
import { SimulatorClock } from '../../support/simulator-clock.ts';

test('the system clock tells the time of day and never goes back', () => {
  const clock = systemClock();
  const first = clock.now();
  expect(Math.abs(first - Date.now())).toBeLessThan(60_000);
  expect(clock.now()).toBeGreaterThanOrEqual(first);
});

test('an advanced clock is ahead of its base; what is scheduled keeps its delay', () => {
  const base = new SimulatorClock();
  const clock = new AdvancingClock(base);
  clock.schedule(500, () => {});
  clock.advance(3_600_000);
  expect(clock.now() - base.now()).toBe(3_600_000);
  expect(base.delays).toEqual([500]);
});
