import { expect, it } from 'vitest';
import type { Quota } from '../../../src/hubspot/allowance.ts';
import { backlogOf } from '../../../src/overview/estimate.ts';

const quotas = new Map<string, Quota | 'none'>([
  ['acme', { requests: 100, window: 9_900 }],
  ['beta', { requests: 10, window: 9_900 }],
  ['free', 'none'],
  ['idle', { requests: 100, window: 9_900 }],
]);

it('divides the backlog as the calls of late were, and takes the quota of each', () => {
  const recent = {
    records: 1_000,
    callsByPortal: new Map([
      ['acme', 500],
      ['beta', 100],
      ['free', 200],
    ]),
  };
  // 10 and 1 requests a second, with the way to HubSpot and back.
  expect(backlogOf(36_000, recent, quotas)).toEqual([
    { portal: 'beta', records: 3_600, ms: 3_600_000 },
    { portal: 'acme', records: 18_000, ms: 1_800_000 },
    { portal: 'free', records: 7_200, ms: 0 },
  ]);
});

it('knows nothing better than even parts before anything has ended', () => {
  const nothing = { records: 0, callsByPortal: new Map<string, number>() };
  expect(backlogOf(400, nothing, quotas).map(({ records }) => records)).toEqual([100, 100, 100, 100]);
});

it('is empty without a backlog', () => {
  expect(backlogOf(0, { records: 10, callsByPortal: new Map([['acme', 10]]) }, quotas)).toEqual([]);
});
