/** The portals of the configuration, each with its own credentials, quota and state; connections are shared. */
import pLimit from 'p-limit';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { staticToken } from './hubspot/auth.ts';
import type { HttpClient } from './hubspot/client.ts';
import { createGate } from './hubspot/gate.ts';
import { createLimiter } from './hubspot/limiter.ts';
import { SEARCH_QUOTA } from './hubspot/lookup.ts';
import { createPortal, type Portal } from './hubspot/portal.ts';
import type { reportPortal } from './reports.ts';

export interface PortalRegistry {
  /** The portal of that name; undefined when it is not configured. */
  resolve(name: string): Portal | undefined;
  all(): readonly Portal[];
}

export function createPortals(
  config: Config,
  client: HttpClient,
  clock: Clock,
  events: ReturnType<typeof reportPortal>,
): PortalRegistry {
  const slots = pLimit(config.delivery.maxInFlight);
  const create = (name: string, settings: Config['portals'][string]): Portal =>
    createPortal(
      {
        name,
        hubId: settings.hubId,
        baseUrl: settings.baseUrl,
        apiVersion: config.hubspot.apiVersion,
        engagement: settings.engagement,
        maxAttempts: config.delivery.maxAttempts,
        inDoubt: config.delivery.inDoubt,
      },
      {
        client,
        clock,
        slots,
        events,
        token: staticToken(settings.token),
        limiter: createLimiter(settings.quota, clock),
        searchLimiter: createLimiter(SEARCH_QUOTA, clock),
        gate: createGate(clock, (state, previous) => events.changed(name, state, previous)),
        random: Math.random,
      },
    );
  const portals = new Map(Object.entries(config.portals).map(([name, settings]) => [name, create(name, settings)]));
  return { resolve: (name) => portals.get(name), all: () => [...portals.values()] };
}
