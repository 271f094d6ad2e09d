import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollingCount } from '../../../src/crm/rolling-count.ts';

const WINDOW_MS = 100;

test('counts what lies less than a window back, and keeps the highest count', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60)), (gaps) => {
      const count = new RollingCount(WINDOW_MS);
      const times: number[] = [];
      const within = (now: number) => times.filter((time) => now - time < WINDOW_MS).length;
      let now = 0;
      let peak = 0;
      for (const gap of gaps) {
        now += gap;
        expect(count.countAt(now)).toBe(within(now));
        count.add(now);
        times.push(now);
        peak = Math.max(peak, within(now));
        expect(count.peak).toBe(peak);
      }
    }),
  );
});

test('cleared, it has seen nothing', () => {
  const count = new RollingCount(WINDOW_MS);
  count.add(1);
  count.clear();
  expect([count.countAt(1), count.peak]).toEqual([0, 0]);
});
