import { expect, it } from 'vitest';
import { previewJson } from '../../../src/preview/report-json.ts';
import { Tally } from '../../../src/preview/tally.ts';
import { previewFindings } from '../../support/preview-findings.ts';

it('has everything under a name', async () => {
  expect(previewJson(await previewFindings())).toEqual({
    complete: true,
    ranges: [{ topic: 'trial', partition: 0, from: 0, to: 253 }],
    records: 253,
    ends: 253,
    first: '2026-01-15T12:00:00.000Z',
    last: '2026-01-15T12:01:40.000Z',
    recordsPerSecond: 2.53,
    schemas: {},
    outcomes: [
      { outcome: 'enriched', reason: null, portal: 'main', count: 250 },
      { outcome: 'skipped', reason: 'duplicate', portal: 'main', count: 1 },
      { outcome: 'skipped', reason: 'withheld', portal: 'main', count: 1 },
      { outcome: 'buried', reason: 'unusable-number', portal: 'main', count: 1 },
    ],
    repeatsKnownAmong: 100_000,
    statuses: { COMPLETED: 250 },
    callers: [
      { type: 'FIXED_LINE', country: 'CH', count: 251 },
      { type: 'withheld', country: null, count: 1 },
    ],
    callees: [{ type: 'FIXED_LINE', country: 'CH', count: 252 }],
    quota: [{ portal: 'main', calls: 250, quota: { requests: 110, windowSeconds: 10 }, seconds: 20.2 }],
    examples: expect.arrayContaining([
      {
        ...{ outcome: 'enriched', reason: null, portal: 'main', topic: 'trial', partition: 0, offset: 0 },
        ...{ timestamp: Date.UTC(2026, 0, 15, 12), callIndex: 0, externalCallId: 'call-0', status: 'COMPLETED' },
        ...{ from: '+413******79', to: '+413******00', message: null },
      },
    ]),
  });
});

it('has the same names where nothing was found', async () => {
  const full = Object.keys(previewJson(await previewFindings()));
  const empty = previewJson(await previewFindings({ tally: new Tally(1, () => undefined) }));
  expect(Object.keys(empty)).toEqual(full);
  expect(empty).toMatchObject({ records: 0, first: null, recordsPerSecond: null, outcomes: [], quota: [] });
});
