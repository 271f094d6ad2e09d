import { expect, test } from 'vitest';
import { Engagements } from '../../../src/crm/engagements.ts';
import { portalOf } from '../../../src/crm/portal.ts';
import { readSeed } from '../../../src/crm/seed.ts';
import { Statistics } from '../../../src/crm/statistics.ts';

const seed = readSeed({ portals: { one: { hubId: 1 }, two: { hubId: 2 } } });
const portals = Object.entries(seed.portals).map(([name, portal]) => portalOf(name, portal));
const [one, two] = portals;

test('counts by portal, endpoint and ending, and in all', () => {
  const statistics = new Statistics();
  const engagements = new Engagements({ keep: 10 });
  engagements.create('two', 'a', {}, 0);
  one?.quota.take(0);
  statistics.count(one, 'inbound-call', 200);
  statistics.count(one, 'inbound-call', 429);
  statistics.count(one, 'call-search', 429);
  statistics.count(two, 'inbound-call', 200);
  statistics.count(two, 'inbound-call', 'reset');
  statistics.count(undefined, 'inbound-call', 401);
  statistics.count(undefined, undefined, 404);
  expect(statistics.snapshot(portals, engagements)).toEqual({
    engagements: 1,
    externalCallIds: 1,
    repeatedCallIds: 0,
    throttled: 2,
    requests: { 'inbound-call': { 200: 2, 401: 1, 429: 1, reset: 1 }, 'call-search': { 429: 1 }, unknown: { 404: 1 } },
    portals: {
      one: {
        hubId: 1,
        engagements: 0,
        externalCallIds: 0,
        repeatedCallIds: 0,
        throttled: 2,
        peak: { requests: 1, windowMs: 10_000 },
        requests: { 'inbound-call': { 200: 1, 429: 1 }, 'call-search': { 429: 1 } },
      },
      two: {
        hubId: 2,
        engagements: 1,
        externalCallIds: 1,
        repeatedCallIds: 0,
        throttled: 0,
        peak: { requests: 0, windowMs: 10_000 },
        requests: { 'inbound-call': { 200: 1, reset: 1 } },
      },
    },
  });
  statistics.clear();
  expect(statistics.snapshot([], engagements).requests).toEqual({});
});
