import { expect, test } from 'vitest';
import { z } from 'zod';
import { duration, durationMs, readSetting } from '../../../src/crm/setting.ts';

test.each([
  ['0ms', 0],
  ['250ms', 250],
  ['2s', 2000],
  ['10m', 600_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
])('%s is %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(['', '5', '-5s', '1.5s', '5 s', '5w', 's'])('%j is no duration', (text) => {
  expect(durationMs(text)).toBeUndefined();
});

test('every mistake is told with its place', () => {
  const schema = z.strictObject({ delay: duration, count: z.int() });
  expect(() => readSetting(schema, { delay: 'soon', count: 1.5 }, 'fault')).toThrow(
    expect.objectContaining({
      code: 'simulator-invalid',
      message: expect.stringMatching(/^fault: delay: expected a duration.*; count: /),
    }),
  );
});
