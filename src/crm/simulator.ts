/** The simulated CRM: its parts put together, and what people and tests may do with it. */
import { CallmatchError } from '../errors.ts';
import { AdvancingClock, type Clock, systemClock } from './clock.ts';
import { Directory } from './directory.ts';
import type { CrmState } from './endpoint.ts';
import type { Engagement } from './engagement.ts';
import { EngagementFile } from './engagement-file.ts';
import { type EngagementFilter, Engagements } from './engagements.ts';
import type { FaultRule } from './fault-rule.ts';
import { Faults, type ListedFault } from './faults.ts';
import { latencySetting, NO_LATENCY } from './latency.ts';
import { OAuthClients } from './oauth-clients.ts';
import { type Portal, portalOf } from './portal.ts';
import { quotaSetting } from './quota-setting.ts';
import type { Random } from './random.ts';
import { type Exchange, RequestPath } from './request-path.ts';
import { defaultSeed, readSeed, readSeedFile, type Seed, type SeedDocument } from './seed.ts';
import { readSetting } from './setting.ts';
import { type CrmStatistics, Statistics } from './statistics.ts';
import { Tokens } from './tokens.ts';

/** How the simulated CRM shall be. Everything may be left out. */
export interface SimulatorOptions {
  /** Portals, contacts, companies and owners, or the file with them. Default: the built-in seed with portal `main`. */
  readonly seed?: SeedDocument | string | URL;
  /** Quota of every portal, such as `rolling:110/10s` or `none`. Default: what the seed says. */
  readonly quota?: string;
  /** Delay of every answer, such as `80ms` or `60-120ms`. Default: none. */
  readonly latency?: string;
  /** How long a new engagement is hidden from the search, in milliseconds. Default 2,000. */
  readonly searchLagMs?: number;
  /** Lifetime of the access tokens of the token endpoint, in milliseconds. Default: what the seed says (30 minutes). */
  readonly tokenLifetimeMs?: number;
  /** SQLite file that keeps the engagements. Default: memory only. */
  readonly store?: string;
  /** How many engagements are kept: the newest. Default 1,000,000, about 1 GB. */
  readonly keep?: number;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Source of the latencies within a range. Default `Math.random`. */
  readonly random?: Random;
  /** Sees every request that came with its body, and its answer. */
  readonly witness?: (exchange: Exchange) => void;
}

/** A listing of engagements: those that fit, oldest first. */
export interface EngagementQuery extends EngagementFilter {
  /** Id after which the listing begins. */
  readonly after?: number | undefined;
  /** Default: no limit. */
  readonly limit?: number | undefined;
}

/** How to be let into a portal. */
export interface PortalAccess {
  readonly name: string;
  readonly hubId: number;
  /** Static token. */
  readonly token: string;
}

function seedOf(seed: SimulatorOptions['seed']): Seed {
  if (seed === undefined) return defaultSeed();
  return typeof seed === 'string' || seed instanceof URL ? readSeedFile(seed) : readSeed(seed);
}

export class Simulator {
  readonly portals: readonly PortalAccess[];
  readonly requests: RequestPath;
  readonly #clock: AdvancingClock;
  readonly #portals = new Map<string, Portal>();
  readonly #state: CrmState;
  readonly #faults = new Faults();
  readonly #statistics = new Statistics();
  readonly #file: EngagementFile | undefined;

  /** @throws CallmatchError `simulator-invalid` if an option or the seed has mistakes. */
  constructor(options: SimulatorOptions = {}) {
    const seed = seedOf(options.seed);
    const quota = options.quota === undefined ? undefined : readSetting(quotaSetting, options.quota, 'quota');
    const latency =
      options.latency === undefined ? NO_LATENCY : readSetting(latencySetting, options.latency, 'latency');
    const { searchLagMs = 2000, keep = 1_000_000, random = Math.random, tokenLifetimeMs } = options;
    this.#clock = new AdvancingClock(options.clock ?? systemClock());
    this.#file = options.store === undefined ? undefined : EngagementFile.open(options.store, keep, this.#clock);
    this.#state = {
      clock: this.#clock,
      directory: new Directory(seed.contacts, seed.companies),
      engagements: new Engagements({ keep, journal: this.#file }),
      owners: seed.owners,
      tokens: new Tokens(),
      oauthClients: new OAuthClients(),
      searchLagMs,
    };
    for (const [name, seeded] of Object.entries(seed.portals)) {
      const portal = portalOf(name, seeded, quota);
      this.#portals.set(name, portal);
      this.#state.tokens.seed(portal, seeded);
      this.#state.oauthClients.seed(portal, seeded, tokenLifetimeMs);
    }
    this.portals = Object.entries(seed.portals).map(([name, { hubId, tokens }]) => {
      return { name, hubId, token: tokens[0]?.token ?? '' };
    });
    if (this.#file) this.#state.engagements.restore(this.#file.engagements());
    this.requests = new RequestPath({
      state: this.#state,
      faults: this.#faults,
      statistics: this.#statistics,
      latency,
      random,
      witness: options.witness,
    });
  }

  /** Where answers wait out their delay. */
  get clock(): Clock {
    return this.#clock;
  }

  stats(): CrmStatistics {
    return this.#statistics.snapshot(this.#portals.values(), this.#state.engagements);
  }

  engagements({ after = 0, limit = Number.POSITIVE_INFINITY, ...filter }: EngagementQuery = {}): Engagement[] {
    return this.#state.engagements.list(filter, after).take(limit).toArray();
  }

  faults(): readonly ListedFault[] {
    return this.#faults.list();
  }

  /**
   * Adds all of the rules, or none.
   * @returns the ids by which they can be removed.
   * @throws CallmatchError `simulator-invalid` if a rule names a portal that there is not.
   */
  addFaults(rules: readonly FaultRule[]): number[] {
    const unknown = rules.find(({ portal }) => portal !== undefined && !this.#portals.has(portal));
    if (unknown) throw new CallmatchError('simulator-invalid', `there is no portal named ${unknown.portal}`);
    return rules.map((rule) => this.#faults.add(rule, this.#clock.now()));
  }

  /** @returns whether there was a fault with this id. */
  removeFault(id: number): boolean {
    return this.#faults.remove(id);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Moves the clock forward: tokens expire, windows empty, the search index catches up. */
  advance(byMs: number): Date {
    this.#clock.advance(byMs);
    return new Date(this.#clock.now());
  }

  /** As after the start with the same seed: no engagements (in the store neither), faults, counts or issued tokens. */
  reset(): void {
    this.#state.engagements.clear();
    this.#state.tokens.clear();
    this.#state.oauthClients.clear();
    this.#faults.clear();
    this.#statistics.clear();
    for (const portal of this.#portals.values()) {
      portal.quota.clear();
      portal.searchQuota.clear();
    }
  }

  /** Why engagements are not being written to the store; undefined while all is well. */
  get storeFailure(): string | undefined {
    return this.#file?.failure;
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
  }
}
