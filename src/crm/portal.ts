import { Quota } from './quota.ts';
import { DEFAULT_QUOTA, type QuotaSetting, SEARCH_QUOTA } from './quota-setting.ts';
import type { SeedPortal } from './seed-portal.ts';

/** A simulated HubSpot account. Everything that is limited or counted is so per portal. */
export interface Portal {
  readonly name: string;
  readonly hubId: number;
  /** `banned`: the app may not work in it. `gone`: deleted or disconnected. */
  readonly state: SeedPortal['state'];
  readonly quota: Quota;
  readonly searchQuota: Quota;
}

/** @param override quota of every portal, whatever the seed says. */
export function portalOf(name: string, seed: SeedPortal, override?: QuotaSetting): Portal {
  return {
    name,
    hubId: seed.hubId,
    state: seed.state,
    quota: new Quota(override ?? seed.quota ?? DEFAULT_QUOTA, seed.timeZone),
    searchQuota: new Quota(SEARCH_QUOTA),
  };
}
