import { expect, test } from 'vitest';
import { quotaSetting } from '../../../src/crm/quota-setting.ts';

test.each([
  ['none', {}],
  ['rolling:110/10s', { window: { kind: 'rolling', requests: 110, windowMs: 10_000 } }],
  ['fixed:5/500ms', { window: { kind: 'fixed', requests: 5, windowMs: 500 } }],
  ['daily:250000', { daily: 250_000 }],
  ['rolling:100/10s,daily:9', { window: { kind: 'rolling', requests: 100, windowMs: 10_000 }, daily: 9 }],
  ['daily:9,rolling:100/10s', { window: { kind: 'rolling', requests: 100, windowMs: 10_000 }, daily: 9 }],
])('%s', (text, setting) => {
  expect(quotaSetting.parse(text)).toEqual(setting);
});

test.each(['', 'rolling', 'rolling:0/10s', 'rolling:10/0s', 'rolling:10/x', 'daily:0', 'hourly:5', 'none,daily:5'])(
  '%j is no quota',
  (text) => {
    expect(quotaSetting.safeParse(text).success).toBe(false);
  },
);

test('a part must not stand there twice', () => {
  expect(quotaSetting.safeParse('daily:1,daily:2').success).toBe(false);
  expect(quotaSetting.safeParse('rolling:1/1s,fixed:1/1s').success).toBe(false);
});
