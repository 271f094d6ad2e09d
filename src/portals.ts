/** The portals of the configuration, each with its own credentials, quota and state; connections are shared. */
import pLimit from 'p-limit';
import { isKnownCountry } from './cdr/phone-number.ts';
import type { Clock } from './clock.ts';
import type { Config, PortalConfig } from './config/schema.ts';
import { CallmatchError } from './errors.ts';
import type { HttpClient } from './hubspot/client.ts';
import { untilDailyProbe } from './hubspot/daily-limit.ts';
import { createGate } from './hubspot/gate.ts';
import { createLimiter } from './hubspot/limiter.ts';
import { SEARCH_QUOTA } from './hubspot/lookup.ts';
import { createPortal, type Portal } from './hubspot/portal.ts';
import { createPortalTokens } from './portal-tokens.ts';
import type { reportPortal } from './reports.ts';
import { createPortalIndex } from './routing/portal-index.ts';
import type { Directory } from './routing/route.ts';

/** A configured portal. */
export interface PortalEntry {
  readonly defaultCountry: string | undefined;
  /** Made when it is first asked for: thousands without a call cost nothing. */
  readonly portal: Portal;
}

/** Disposing waits for tokens that are being refreshed. */
export interface PortalRegistry extends Directory<PortalEntry>, AsyncDisposable {
  /** The portal of that name; undefined when it is not configured. */
  resolve(name: string): Portal | undefined;
  /** Those that have had a call. */
  all(): readonly Portal[];
}

/** Throws `config-invalid` for a country that nobody can read the numbers of. */
export function createPortals(
  config: Config,
  client: HttpClient,
  clock: Clock,
  events: ReturnType<typeof reportPortal>,
): PortalRegistry {
  const slots = pLimit(config.delivery.maxInFlight);
  const tokens = createPortalTokens(client, clock, events.token);
  const since = clock.now();
  const create = (name: string, settings: PortalConfig): Portal =>
    createPortal(
      {
        name,
        hubId: settings.hubId,
        baseUrl: settings.baseUrl,
        apiVersion: config.hubspot.apiVersion,
        engagement: settings.engagement,
        users: settings.users,
        maxAttempts: config.delivery.maxAttempts,
        inDoubt: config.delivery.inDoubt,
      },
      {
        client,
        clock,
        slots,
        events,
        token: tokens.of(name, settings),
        limiter: createLimiter(settings.quota, clock, since),
        searchLimiter: createLimiter(SEARCH_QUOTA, clock, since),
        gate: createGate(
          clock,
          (state, previous) => events.changed(name, state, previous),
          () => untilDailyProbe(clock.wall(), settings.timeZone, Math.random),
        ),
        random: Math.random,
      },
    );
  const made = new Map<string, Portal>();
  const portalOf = (name: string, settings: PortalConfig): Portal => {
    const portal = made.get(name) ?? create(name, settings);
    made.set(name, portal);
    return portal;
  };
  const entries = new Map<string, PortalEntry>();
  for (const [name, settings] of Object.entries(config.portals)) {
    const { defaultCountry } = settings;
    if (defaultCountry !== undefined && !isKnownCountry(defaultCountry)) {
      const message = `portals.${name}.defaultCountry: ${defaultCountry} is no country with phone numbers`;
      throw new CallmatchError('config-invalid', message);
    }
    entries.set(name, {
      defaultCountry,
      get portal() {
        return portalOf(name, settings);
      },
    });
  }
  const index = createPortalIndex(config.portals);
  const entry = (name: string | undefined) => (name === undefined ? undefined : entries.get(name));
  return {
    resolve: (name) => entries.get(name)?.portal,
    named: (text) => entry(index.named(text)),
    numbered: (e164) => entry(index.numbered(e164)),
    all: () => [...made.values()],
    [Symbol.asyncDispose]: () => tokens[Symbol.asyncDispose](),
  };
}
