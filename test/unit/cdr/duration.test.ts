import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DURATION_UNITS,
  type DurationUnit,
  parseDuration,
  sumOfSeconds,
  wholeSeconds,
} from '../../../src/cdr/duration.ts';

describe('parseDuration', () => {
  it.each<[unknown, DurationUnit | undefined, number | undefined]>([
    [130, 's', 130],
    [130n, 's', 130],
    ['130', 's', 130],
    [59.999, 's', 59.999],
    ['59999', 'ms', 59.999],
    [1_500_000, 'us', 1.5],
    [2e9, 'ns', 2],
    ['1.5', 'min', 90],
    [1.15, 'min', 69],
    [-5, 's', 0],
    [0, undefined, 0],
    ['', 's', undefined],
    [null, undefined, undefined],
    ['00:01:02', undefined, 62],
    ['00:01:02.5', undefined, 62.5],
    ['100:00:01', 's', 360_001],
    ['1:02:03', 'mm:ss', 3723],
    ['75:03', 'mm:ss', 4503],
    ['75:03', 'hh:mm', 270_180],
    ['1m2s', undefined, 62],
    ['1m2s', 's', 62],
    ['1h2m3.5s', undefined, 3723.5],
    ['500ms', undefined, 0.5],
    ['1.5h', undefined, 5400],
    ['1500µs', undefined, 0.0015],
    ['2000000us3ns', undefined, 2.000000003],
    ['-1m2s', undefined, 0],
    ['PT1M2S', undefined, 62],
    ['pt1h', undefined, 3600],
    ['PT62.5S', undefined, 62.5],
    ['P1DT1S', undefined, 86_401],
    ['P1W', undefined, 604_800],
  ])('%s in %s is %s seconds', (value, unit, seconds) => {
    expect(parseDuration(value, unit)).toBe(seconds);
  });

  it.each<[unknown, DurationUnit | undefined, string]>([
    [62, undefined, 'declares no unit'],
    ['62', 'mm:ss', 'not written as mm:ss'],
    ['01:02', 's', 'no duration in s'],
    ['01:02', undefined, 'no duration'],
    ['00:61:02', undefined, 'no duration'],
    ['00:01:60', undefined, 'no duration'],
    ['01:60', 'mm:ss', 'no duration'],
    ['1 m', undefined, 'no duration'],
    ['1m2', undefined, 'no duration'],
    ['P1M', undefined, 'no duration'],
    ['P1Y', undefined, 'no duration'],
    ['P', undefined, 'no duration'],
    ['PT', undefined, 'no duration'],
    ['1,5', 's', 'no duration'],
    ['n/a', 's', 'no duration'],
    [{}, 's', 'no duration'],
    [[], 's', 'no duration'],
    [true, 's', 'no duration'],
    [Number.NaN, 's', 'no duration'],
  ])('%j in %s is unreadable: %s', (value, unit, why) => {
    expect(parseDuration(value, unit)).toEqual({ unreadable: expect.stringContaining(why) });
  });

  it('reads back whole seconds in every spelling', () => {
    const units = fc.constantFrom(undefined, ...DURATION_UNITS);
    fc.assert(
      fc.property(fc.nat({ max: 400_000 }), units, (seconds, unit) => {
        const two = (count: number) => String(Math.floor(count)).padStart(2, '0');
        const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
        const texts = [`${two(h)}:${two(m)}:${two(s)}`, `${h}h${m}m${s}s`, `PT${h}H${m}M${s}S`, `${seconds}000ms`];
        for (const text of texts) expect(parseDuration(text, unit)).toBe(seconds);
        expect(parseDuration(`${two(seconds / 60)}:${two(s)}`, 'mm:ss')).toBe(seconds);
        expect(parseDuration(seconds * 1000, 'ms')).toBe(seconds);
        expect(parseDuration(seconds * 1e6, 'us')).toBe(seconds);
        expect(parseDuration(seconds * 1e9, 'ns')).toBe(seconds);
        expect(parseDuration(`${seconds}.000`, 's')).toBe(seconds);
      }),
    );
  });

  it('gives seconds or says why not, whatever the field', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789:.,PTHMSDWhmsun-µ') });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), text), fc.constantFrom(undefined, ...DURATION_UNITS), (value, unit) => {
        const reading = parseDuration(value, unit);
        if (typeof reading === 'number') expect(reading).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

it('wholeSeconds rounds down and stays within int32', () => {
  expect([59.999, -1, 1e12, Number.POSITIVE_INFINITY].map(wholeSeconds)).toEqual([59, 0, 2_147_483_647, 2_147_483_647]);
});

it('sumOfSeconds adds decimals as people do', () => {
  expect(sumOfSeconds([])).toBe(0);
  expect(sumOfSeconds([0.7, 0.1, 0.2])).toBe(1);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 10_000_000 })), (parts) => {
      const sum = sumOfSeconds(parts.map((part) => part / 1000));
      expect(Math.floor(sum)).toBe(Math.floor(parts.reduce((total, part) => total + part, 0) / 1000));
    }),
  );
});
