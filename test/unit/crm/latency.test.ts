import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawLatency, latencySetting } from '../../../src/crm/latency.ts';

test.each([
  ['80ms', { fromMs: 80, toMs: 80 }],
  ['60-120ms', { fromMs: 60, toMs: 120 }],
  ['1-2s', { fromMs: 1000, toMs: 2000 }],
])('%s', (text, latency) => {
  expect(latencySetting.parse(text)).toEqual(latency);
});

test.each(['', '80', '120-60ms', '-5ms', '60ms-120ms', '1h'])('%j is no latency', (text) => {
  expect(latencySetting.safeParse(text).success).toBe(false);
});

test('a drawn latency lies within the bounds and follows the random source', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (fromMs, width, number) => {
      const drawn = drawLatency({ fromMs, toMs: fromMs + width }, () => number);
      expect(drawn).toBeCloseTo(fromMs + number * width, 6);
    }),
  );
});
