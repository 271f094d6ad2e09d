import { expect, test } from 'vitest';
import { parseTarget } from '../../../src/offsets/target.ts';

const NOW = Date.UTC(2026, 10, 2, 9);
const HOUR_MS = 3_600_000;

test.each([
  ['earliest', { kind: 'earliest' }],
  ['latest', { kind: 'latest' }],
  ['0', { kind: 'offset', offset: 0 }],
  ['1200', { kind: 'offset', offset: 1200 }],
  ['2h', { kind: 'time', time: NOW - 2 * HOUR_MS }],
  ['-2h', { kind: 'time', time: NOW - 2 * HOUR_MS }],
  ['7d', { kind: 'time', time: NOW - 7 * 24 * HOUR_MS }],
  ['2026-11-02T09:00:00+01:00', { kind: 'time', time: NOW - HOUR_MS }],
  ['2026-11-02T08:30:00.250Z', { kind: 'time', time: NOW - HOUR_MS / 2 + 250 }],
  ['2026-11-02T08:30Z', { kind: 'time', time: NOW - HOUR_MS / 2 }],
] as const)('%s', (text, target) => {
  expect(parseTarget(text, NOW)).toEqual(target);
});

test.each([
  ['', 'expected earliest'],
  ['-1', 'expected earliest'],
  ['1.5', 'expected earliest'],
  ['beginning', 'expected earliest'],
  ['9'.repeat(16), 'expected earliest'],
  ['2026-11-02', 'expected earliest'],
  ['2026-11-02T08:00:00', 'expected earliest'],
  ['2026-02-31T08:00:00Z', 'expected earliest'],
  ['2026-11-02T09:30:00Z', 'in the future'],
])('refuses "%s": %s', (text, reason) => {
  expect(() => parseTarget(text, NOW)).toThrow(reason);
});

test('names the option that is wrong', () => {
  expect(() => parseTarget('beginning', NOW, '--from')).toThrow('--from beginning: expected');
});
