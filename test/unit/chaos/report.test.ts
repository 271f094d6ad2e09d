import { describe, expect, it } from 'vitest';
import type { ChaosResult } from '../../chaos/chaos.ts';
import { brokenPromises, figuresOf, toTable } from '../../chaos/report.ts';

const result = (broken: readonly string[]): ChaosResult => ({
  verdict: {
    findings: [
      { name: 'lost', count: broken.length, unit: 'calls', broken },
      { name: 'twice', count: 2, unit: 'calls', broken: [] },
    ],
    repeated: 3,
    extraEngagements: 2,
  },
  deeds: { kills: 20, freezes: 5, joins: 9, leaves: 11, brokerRestarts: 2, uncleanLeaves: 0 },
  inDoubt: 41,
  faults: { all: 200, afterWriting: 99 },
  records: 20_000,
  searches: 60,
  exits: 1,
  looks: 900,
  duration: 301_234,
  longestSilence: 12_345,
});

describe('the report', () => {
  it('gives a figure of every count', () => {
    const figures = figuresOf(7, result([]));
    expect(figures).toContainEqual({ name: 'chaos-lost', value: 0, unit: 'calls' });
    expect(figures).toContainEqual({ name: 'chaos-twice', value: 2, unit: 'calls' });
    expect(figures).toContainEqual({ name: 'chaos-slowest-recovery', value: 12.345, unit: 's' });
    expect(figures).toContainEqual({ name: 'chaos-seed', value: 7, unit: '' });
    expect(toTable(figures)).toMatch(/^chaos-duration +301\.2 s$/m);
  });

  it('names what was broken, the first few of a kind', () => {
    expect(brokenPromises(result([]))).toEqual([]);
    const lines = brokenPromises(result(Array.from({ length: 12 }, (_, call) => `${call} has no end`)));
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('lost: 0 has no end');
    expect(lines.at(-1)).toBe('lost: and 2 more');
  });
});
