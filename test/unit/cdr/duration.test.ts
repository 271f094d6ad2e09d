import { describe, expect, it } from 'vitest';
import { type CountUnit, parseDuration } from '../../../src/cdr/duration.ts';

describe('parseDuration', () => {
  it.each<[unknown, CountUnit, number | undefined]>([
    [130, 's', 130],
    ['130', 's', 130],
    [59.999, 's', 59],
    ['59999', 'ms', 59],
    [1_500_000, 'us', 1],
    [2e9, 'ns', 2],
    [-5, 's', 0],
    [1e12, 's', 2_147_483_647],
    ['', 's', undefined],
    [null, 's', undefined],
  ])('%j %s is %j seconds', (value, unit, seconds) => {
    expect(parseDuration(value, unit)).toBe(seconds);
  });

  it.each(['1m2s', 'n/a', {}, [], true, Number.NaN])('%j is unreadable', (value) => {
    expect(parseDuration(value, 's')).toEqual({ unreadable: expect.stringContaining('no number of s') });
  });
});
