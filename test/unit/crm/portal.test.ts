import { expect, test } from 'vitest';
import { portalOf } from '../../../src/crm/portal.ts';
import { readSeed } from '../../../src/crm/seed.ts';

const { portals } = readSeed({ portals: { plain: { hubId: 1 }, own: { hubId: 2, quota: 'daily:5' } } });

function quotaOf(name: string, override?: Parameters<typeof portalOf>[2]) {
  const seed = portals[name];
  if (!seed) throw new Error('no portal');
  return portalOf(name, seed, override).quota.setting;
}

test('the quota is the override, else that of the seed, else 110 in any ten seconds', () => {
  expect(quotaOf('plain')).toEqual({ window: { kind: 'rolling', requests: 110, windowMs: 10_000 } });
  expect(quotaOf('own')).toEqual({ daily: 5 });
  expect(quotaOf('own', {})).toEqual({});
});

test('a search has five per second', () => {
  const seed = portals.plain;
  expect(seed && portalOf('plain', seed).searchQuota.setting.window).toMatchObject({ requests: 5, windowMs: 1000 });
});
