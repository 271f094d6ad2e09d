/** The portals of the configuration, each with its own credentials, quota and state; connections are shared. */
import { isDeepStrictEqual } from 'node:util';
import { isKnownCountry } from './cdr/phone-number.ts';
import type { Clock } from './clock.ts';
import type { Config, PortalConfig } from './config/schema.ts';
import { CallmatchError } from './errors.ts';
import { createChangingLimiter } from './hubspot/changing-limiter.ts';
import { createChangingToken } from './hubspot/changing-token.ts';
import type { HttpClient } from './hubspot/client.ts';
import { untilDailyProbe } from './hubspot/daily-limit.ts';
import { createFairSlots } from './hubspot/fair-slots.ts';
import { createGate } from './hubspot/gate.ts';
import { createLimiter, type Limiter } from './hubspot/limiter.ts';
import { SEARCH_QUOTA } from './hubspot/lookup.ts';
import { createPortal, type Portal } from './hubspot/portal.ts';
import { createPortalTokens } from './portal-tokens.ts';
import type { reportPortal } from './reports.ts';
import { createPortalIndex } from './routing/portal-index.ts';
import type { Directory } from './routing/route.ts';
import type { PortalOfSource } from './source-stages.ts';

/** A configured portal, made when it is first asked for: thousands without a call cost nothing. */
export type PortalEntry = PortalOfSource<Portal>;

export type PortalConfigs = Readonly<Record<string, PortalConfig>>;

/** Names of portals. */
export interface PortalChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Disposing waits for tokens that are being refreshed. */
export interface PortalRegistry extends Directory<PortalEntry>, AsyncDisposable {
  /** The portal of that name; undefined when it is not configured. */
  resolve(name: string): Portal | undefined;
  /** How many there are, or have been with calls that may still be under way. */
  readonly size: number;
  /** Those that have had a call. */
  all(): readonly Portal[];
  /**
   * From now on these are the portals. What concerns a portal applies to its next request, and what does not leaves its
   * quota and state alone. One that is gone brings what it was given to its end. Throws as `createPortals`, and then
   * nothing has changed.
   */
  update(portals: PortalConfigs): PortalChanges;
}

/** Throws `config-invalid` for a country that nobody can read the numbers of. */
export function createPortals(
  config: Config,
  client: HttpClient,
  clock: Clock,
  events: ReturnType<typeof reportPortal>,
  limiterOf: (name: string, settings: PortalConfig) => Limiter = unsharedLimiters(clock),
): PortalRegistry {
  const slots = createFairSlots({ perPortal: config.delivery.maxInFlight, total: config.hubspot.connections });
  const tokens = createPortalTokens(client, clock, events.token);
  const since = clock.now();
  const create = (name: string, first: PortalConfig): ChangingPortal => {
    let settings = first;
    const token = createChangingToken(tokens.of(name, settings));
    const limiter = createChangingLimiter(
      limiterOf(name, settings),
      windowOf(settings),
      clock,
      config.hubspot.timeouts.request,
    );
    const gate = createGate(
      clock,
      (state, previous) => events.changed(name, state, previous),
      () => untilDailyProbe(clock.wall(), settings.timeZone, Math.random),
    );
    if (!settings.enabled) gate.turn('off');
    const portal = createPortal(
      {
        name,
        get hubId() {
          return settings.hubId;
        },
        get baseUrl() {
          return settings.baseUrl;
        },
        apiVersion: config.hubspot.apiVersion,
        get engagement() {
          return settings.engagement;
        },
        get users() {
          return settings.users;
        },
        maxAttempts: config.delivery.maxAttempts,
        inDoubt: config.delivery.inDoubt,
      },
      {
        client,
        clock,
        slots: slots.open().run,
        events,
        token,
        limiter,
        searchLimiter: createLimiter(SEARCH_QUOTA, clock, since),
        gate,
        random: Math.random,
      },
    );
    const change = (next: PortalConfig) => {
      const before = settings;
      settings = next;
      if (!isDeepStrictEqual(accessOf(next), accessOf(before))) token.change(tokens.of(name, next));
      if (!isDeepStrictEqual(quotaOf(next), quotaOf(before))) limiter.change(limiterOf(name, next), windowOf(next));
      gate.turn(next.enabled ? 'on' : 'off');
    };
    return { portal, change };
  };

  /** By name; a portal that is gone stays, because it may come back while its last calls are under way. */
  const made = new Map<string, ChangingPortal>();
  const madeOf = (name: string, settings: PortalConfig): ChangingPortal => {
    const portal = made.get(name) ?? create(name, settings);
    made.set(name, portal);
    return portal;
  };
  let configs: PortalConfigs = {};
  let entries = new Map<string, PortalEntry>();
  let index = createPortalIndex({});
  const entry = (name: string | undefined) => (name === undefined ? undefined : entries.get(name));

  const update: PortalRegistry['update'] = (portals) => {
    const before = configs;
    const names = Object.keys(portals);
    const isNew = (name: string) => !Object.hasOwn(before, name);
    for (const [name, { defaultCountry }] of Object.entries(portals)) requireKnown(name, defaultCountry);
    const changes = {
      added: names.filter(isNew),
      changed: names.filter((name) => !isNew(name) && !isDeepStrictEqual(before[name], portals[name])),
      removed: Object.keys(before).filter((name) => !Object.hasOwn(portals, name)),
    };
    configs = portals;
    index = createPortalIndex(portals);
    entries = new Map(Object.entries(portals).map(([name, settings]) => [name, entryOf(name, settings)]));
    for (const name of [...changes.added, ...changes.changed]) {
      const settings = portals[name];
      if (settings !== undefined) made.get(name)?.change(settings);
    }
    return changes;
  };

  const entryOf = (name: string, settings: PortalConfig): PortalEntry => ({
    defaultCountry: settings.defaultCountry,
    get portal() {
      return madeOf(name, settings).portal;
    },
  });

  update(config.portals);
  return {
    resolve: (name) => entries.get(name)?.portal,
    named: (text) => entry(index.named(text)),
    numbered: (e164) => entry(index.numbered(e164)),
    get size() {
      return Math.max(entries.size, made.size);
    },
    all: () => [...made.values()].map(({ portal }) => portal),
    update,
    [Symbol.asyncDispose]: () => tokens[Symbol.asyncDispose](),
  };
}

interface ChangingPortal {
  readonly portal: Portal;
  readonly change: (settings: PortalConfig) => void;
}

/** What the tokens of a portal depend on. */
const accessOf = ({ baseUrl, hubId, token, oauth }: PortalConfig) => ({ baseUrl, hubId, token, oauth });

/** What the limiter of a portal depends on: the account, too, because others share its quota. */
const quotaOf = ({ baseUrl, hubId, quota }: PortalConfig) => ({ baseUrl, hubId, quota });

function windowOf({ quota }: PortalConfig): number {
  return quota === 'none' ? 0 : quota.window;
}

function requireKnown(name: string, country: string | undefined): void {
  if (country === undefined || isKnownCountry(country)) return;
  const message = `portals.${name}.defaultCountry: ${country} is no country with phone numbers`;
  throw new CallmatchError('config-invalid', message);
}

/** For an instance that is alone. */
function unsharedLimiters(clock: Clock) {
  const since = clock.now();
  return (_: string, { quota }: PortalConfig): Limiter => createLimiter(quota, clock, since);
}
