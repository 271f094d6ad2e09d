/** How long a backlog takes at the quota. An estimate: whose the waiting records are is known only once they are read. Pure. */
import type { Quota } from '../hubspot/allowance.ts';
import { quotaPace } from '../preview/quota-time.ts';

export interface PortalBacklog {
  readonly portal: string;
  /** Records of the backlog that are its calls, if it goes on as it was of late. */
  readonly records: number;
  /** Milliseconds at its quota; 0 without a quota. */
  readonly ms: number;
}

/** How the calls of late were spread: those that ended, by portal, and out of how many records. */
export interface Recent {
  readonly records: number;
  readonly callsByPortal: ReadonlyMap<string, number>;
}

/**
 * The backlog by portal, the longest first. Where nothing ended of late every record counts as a call of every portal
 * that it can belong to, divided evenly.
 */
export function backlogOf(
  lag: number,
  recent: Recent,
  quotas: ReadonlyMap<string, Quota | 'none'>,
): readonly PortalBacklog[] {
  const known = recent.records > 0 && recent.callsByPortal.size > 0;
  const share = (portal: string) =>
    known ? (recent.callsByPortal.get(portal) ?? 0) / recent.records : 1 / Math.max(1, quotas.size);
  return [...quotas]
    .map(([portal, quota]): PortalBacklog => {
      const records = Math.round(lag * share(portal));
      const pace = quotaPace(quota);
      return { portal, records, ms: pace === undefined ? 0 : (records / pace) * 1000 };
    })
    .filter(({ records }) => records > 0)
    .toSorted((left, right) => right.ms - left.ms || right.records - left.records);
}
