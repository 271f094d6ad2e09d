import { expect, it } from 'vitest';
import { sampleOverview } from '../../support/sample-overview.ts';

it('adds up what the instances say, and takes the worst of what they differ in', () => {
  expect(sampleOverview()).toMatchObject({
    group: 'g',
    members: 3,
    inFlight: 4,
    oldestUnfinishedMs: 9_000,
    parked: 5,
    lag: 5 + 3,
    backlogMs: 60_000,
    partitions: [
      { partition: 0, lag: 5, span: 8, unsettled: 2, isLost: false },
      { partition: 1, lag: 3, span: undefined, isLost: true },
    ],
    portals: [
      { name: 'acme', state: 'paused', reason: 'token-refused', waiting: 7, instances: 2, parked: 5 },
      { name: 'beta', state: 'active', instances: 1, parked: 0 },
    ],
  });
});
