import { describe, expect, it } from 'vitest';
import { untilDailyProbe } from '../../../src/hubspot/daily-limit.ts';

const MINUTE = 60_000;
const at = (time: string) => Date.parse(time);
const until = (time: string, zone?: string, jitter = 0) => untilDailyProbe(at(time), zone, () => jitter);

describe('untilDailyProbe', () => {
  it('is a quarter of an hour while midnight is far, or the zone is not known', () => {
    expect(until('2026-01-15T12:00:00Z', 'Europe/Zurich')).toBe(15 * MINUTE);
    expect(until('2026-01-15T23:59:00Z')).toBe(15 * MINUTE);
  });

  it.each([
    ['2026-01-15T22:50:00.250Z', 'Europe/Zurich', 10 * MINUTE - 250],
    ['2026-07-15T21:50:00Z', 'Europe/Zurich', 10 * MINUTE],
    ['2026-01-16T04:59:30Z', 'America/New_York', 30_000],
    ['2026-01-15T18:20:00Z', 'Asia/Kolkata', 10 * MINUTE],
    ['2026-01-15T23:59:59Z', 'UTC', 1_000],
    // Midnight itself: the new day has begun, so a day is left.
    ['2026-01-16T00:00:00Z', 'UTC', 15 * MINUTE],
  ])('at %s in %s goes right after midnight', (time, zone, ms) => {
    expect(until(time, zone)).toBe(ms);
  });

  it('does not come with all others', () => {
    expect(until('2026-01-15T23:59:00Z', 'UTC', 0.5)).toBe(MINUTE + 15_000);
    expect(until('2026-01-15T12:00:00Z', undefined, 0.999)).toBeLessThan(15.5 * MINUTE);
  });
});
