/** The limiter of a portal, by the way in which its quota is shared. */
import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { PortalConfig } from './config/schema.ts';
import { createCountedLimiter } from './hubspot/counted-limiter.ts';
import { createLimiter, type Limiter } from './hubspot/limiter.ts';
import type { RedisConnection } from './redis/connection.ts';
import { createSlotCount } from './redis/slot-count.ts';
import type { QuotaShares, Sharing } from './shares/quota-shares.ts';

export interface QuotaLimiterParts {
  readonly shares: Pick<QuotaShares, 'limiter'>;
  /** Undefined when no portal is counted there. */
  readonly redis: { readonly connection: RedisConnection; readonly prefix: string } | undefined;
  /** Longest that a request is on its way, milliseconds. */
  readonly requestTimeout: number;
  readonly clock: Clock;
  /** Redis could not be asked; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** Names the account, the same in every configuration that has it. */
const idOf = (portal: string, { baseUrl, hubId }: PortalConfig) => `${baseUrl}#${hubId ?? portal}`;

/** What instances divide between themselves; undefined for no quota, and for one that is counted elsewhere. */
export function sharingOf(portal: string, config: PortalConfig): Sharing | undefined {
  const { quota } = config;
  if (quota === 'none' || quota.share === 'redis') return undefined;
  return { ...quota, share: quota.share, portal, id: idOf(portal, config) };
}

/** That of all portals, by the id of the account. */
export function sharingsOf(portals: Readonly<Record<string, PortalConfig>>): ReadonlyMap<string, Sharing> {
  const all = Object.entries(portals).flatMap(([name, config]) => sharingOf(name, config) ?? []);
  return new Map(all.map((sharing) => [sharing.id, sharing]));
}

export function createQuotaLimiters({ shares, redis, requestTimeout, clock, failed }: QuotaLimiterParts) {
  const instance = randomUUID().slice(0, 13);
  let limiters = 0;
  return (portal: string, config: PortalConfig): Limiter => {
    const { quota } = config;
    if (quota === 'none') return createLimiter(quota, clock);
    const sharing = sharingOf(portal, config);
    if (sharing !== undefined) return shares.limiter(sharing);
    // The schema has checked it; this is for a caller that has built a config by hand.
    if (redis === undefined) throw new TypeError(`portal ${portal} shares its quota in Redis, and there is none`);
    limiters += 1;
    // A slot waits for its turn on the wire, and then for the answer; while it is confirmed it may take longer.
    const hold = quota.window + 2 * requestTimeout;
    const id = idOf(portal, config);
    const count = createSlotCount(redis.connection, { prefix: redis.prefix, id, hold, ...quota });
    return createCountedLimiter({ count, instance: `${instance}-${limiters}`, confirm: hold / 4, clock, failed });
  };
}
