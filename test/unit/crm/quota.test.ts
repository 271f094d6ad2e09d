import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Quota } from '../../../src/crm/quota.ts';

const WINDOW_MS = 1000;
const gaps = fc.array(fc.oneof(fc.nat(40), fc.nat(400), fc.constant(WINDOW_MS)), { maxLength: 200 });

test('rolling: never more than the limit in any window, and never a refusal below it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), gaps, (requests, waits) => {
      const quota = new Quota({ window: { kind: 'rolling', requests, windowMs: WINDOW_MS } });
      const accepted: number[] = [];
      let now = 1_767_225_600_000;
      for (const wait of waits) {
        now += wait;
        const used = accepted.filter((time) => now - time < WINDOW_MS).length;
        const verdict = quota.take(now);
        expect(verdict.refusedBy).toBe(used < requests ? undefined : 'window');
        if (verdict.refusedBy === undefined) accepted.push(now);
        expect(verdict.window).toEqual({
          max: requests,
          remaining: Math.max(0, requests - used - 1),
          intervalMs: 1000,
        });
      }
      accepted.forEach((time, place) => {
        const afterLimit = accepted[place + requests] ?? Number.POSITIVE_INFINITY;
        expect(afterLimit - time).toBeGreaterThanOrEqual(WINDOW_MS);
      });
      expect(quota.peak.requests).toBeLessThanOrEqual(requests);
    }),
  );
});

test('fixed: exactly the limit in each cell of the grid, whatever the rolling count', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), gaps, (requests, waits) => {
      const quota = new Quota({ window: { kind: 'fixed', requests, windowMs: WINDOW_MS } });
      const inCell = new Map<number, number>();
      let now = 1_767_225_600_000;
      for (const wait of waits) {
        now += wait;
        const cell = Math.floor(now / WINDOW_MS);
        const used = inCell.get(cell) ?? 0;
        const accepted = quota.take(now).refusedBy === undefined;
        expect(accepted).toBe(used < requests);
        if (accepted) inCell.set(cell, used + 1);
      }
    }),
  );
});

test('daily: refused until midnight of the time zone', () => {
  const quota = new Quota({ daily: 2 }, 'Europe/Zurich');
  const evening = Date.parse('2026-01-01T22:59:00Z');
  expect(quota.take(evening).daily).toEqual({ max: 2, remaining: 1 });
  expect(quota.take(evening).daily).toEqual({ max: 2, remaining: 0 });
  expect(quota.take(evening)).toEqual({ refusedBy: 'daily', daily: { max: 2, remaining: 0 } });
  expect(quota.take(Date.parse('2026-01-01T22:59:59Z')).refusedBy).toBe('daily');
  expect(quota.take(Date.parse('2026-01-01T23:00:00Z')).refusedBy).toBeUndefined();
});

test('a request that the window refuses takes nothing of the day, and the other way round', () => {
  const quota = new Quota({ window: { kind: 'rolling', requests: 1, windowMs: WINDOW_MS }, daily: 2 });
  const now = Date.parse('2026-01-01T12:00:00Z');
  expect(quota.take(now).refusedBy).toBeUndefined();
  expect(quota.take(now)).toMatchObject({ refusedBy: 'window', daily: { remaining: 1 } });
  expect(quota.take(now + WINDOW_MS).refusedBy).toBeUndefined();
  expect(quota.take(now + 2 * WINDOW_MS)).toMatchObject({ refusedBy: 'daily', window: { remaining: 1 } });
});

test('none: nothing is refused, and the peak of ten seconds is still known', () => {
  const quota = new Quota({});
  for (let second = 0; second < 30; second += 1) expect(quota.take(second * 1000)).toEqual({});
  expect(quota.peak).toEqual({ requests: 10, windowMs: 10_000 });
});

test('cleared, it is as new', () => {
  const quota = new Quota({ window: { kind: 'rolling', requests: 1, windowMs: WINDOW_MS }, daily: 1 });
  quota.take(0);
  quota.clear();
  expect(quota.peak.requests).toBe(0);
  expect(quota.take(0).refusedBy).toBeUndefined();
});
