import { describe, expect, it } from 'vitest';
import { createTraffic } from '../../../src/dev/traffic.ts';

const START = Date.UTC(2026, 10, 2);

function take(seed: number, count: number) {
  const calls = createTraffic(seed, START);
  return Array.from({ length: count }, () => calls.next().value);
}

describe('traffic', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(take(1, 300)).toEqual(take(1, 300));
    expect(take(1, 300)).not.toEqual(take(2, 300));
  });

  it('has every kind of end, and enriched calls most of all', () => {
    const ends = take(1, 2_000)
      .flat()
      .map(({ end }) => end);
    expect(new Set(ends).size).toBeGreaterThanOrEqual(14);
    expect(ends.filter((end) => end === 'enriched').length).toBeGreaterThan(ends.length / 2);
  });

  it('gives the records of one call one key, and no two calls the same', () => {
    const keys = take(3, 500).map((records) => new Set(records.map(({ key }) => key)));
    expect(keys.every((ofCall) => ofCall.size === 1)).toBe(true);
    expect(new Set(keys.flatMap((ofCall) => [...ofCall])).size).toBe(500);
  });
});
