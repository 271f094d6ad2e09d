import type { EndpointName } from './endpoint.ts';
import type { Engagements, EngagementTotals } from './engagements.ts';
import type { Portal } from './portal.ts';

/** How a request ended: its HTTP status, or the silence that a fault made of it. */
export type Ending = number | 'hang' | 'reset';

/** Requests by endpoint and ending: `{ "inbound-call": { "200": 12, "reset": 1 } }`. */
export type RequestCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface PortalStatistics extends EngagementTotals {
  readonly hubId: number;
  readonly requests: RequestCounts;
  /** Answers 429, scripted ones included. */
  readonly throttled: number;
  /** The most requests that the quota let through in any rolling window of `windowMs`. */
  readonly peak: { readonly requests: number; readonly windowMs: number };
}

/** What the simulator has seen since its start or its last reset. */
export interface CrmStatistics extends EngagementTotals {
  /** Of all portals, and of requests that name none (unknown token, unknown path). */
  readonly requests: RequestCounts;
  readonly throttled: number;
  readonly portals: Readonly<Record<string, PortalStatistics>>;
}

type Counts = Map<string, Map<string, number>>;

function addTo(counts: Counts, endpoint: string, ending: string, by: number): void {
  let endings = counts.get(endpoint);
  if (!endings) {
    endings = new Map();
    counts.set(endpoint, endings);
  }
  endings.set(ending, (endings.get(ending) ?? 0) + by);
}

function merge(into: Counts, from: Counts): void {
  for (const [endpoint, endings] of from) {
    for (const [ending, count] of endings) addTo(into, endpoint, ending, count);
  }
}

const plain = (counts: Counts): RequestCounts =>
  Object.fromEntries([...counts].map(([endpoint, endings]) => [endpoint, Object.fromEntries(endings)]));

function throttledIn(counts: Counts): number {
  return [...counts.values()].reduce((sum, endings) => sum + (endings.get('429') ?? 0), 0);
}

/** Counts requests by portal. */
export class Statistics {
  readonly #ofPortals = new Map<string, Counts>();
  readonly #ofNone: Counts = new Map();

  /** @param portal undefined if the request does not tell. @param endpoint undefined if there is none at the path. */
  count(portal: Portal | undefined, endpoint: EndpointName | undefined, ending: Ending): void {
    addTo(this.#countsOf(portal), endpoint ?? 'unknown', String(ending), 1);
  }

  clear(): void {
    this.#ofPortals.clear();
    this.#ofNone.clear();
  }

  snapshot(portals: Iterable<Portal>, engagements: Engagements): CrmStatistics {
    const all: Counts = new Map();
    merge(all, this.#ofNone);
    const totals = { engagements: 0, externalCallIds: 0, repeatedCallIds: 0 };
    const byPortal: Record<string, PortalStatistics> = {};
    for (const portal of portals) {
      const counts = this.#ofPortals.get(portal.name) ?? new Map();
      const made = engagements.totals(portal.name);
      merge(all, counts);
      totals.engagements += made.engagements;
      totals.externalCallIds += made.externalCallIds;
      totals.repeatedCallIds += made.repeatedCallIds;
      const { hubId, quota } = portal;
      byPortal[portal.name] = {
        hubId,
        ...made,
        throttled: throttledIn(counts),
        peak: quota.peak,
        requests: plain(counts),
      };
    }
    return { ...totals, throttled: throttledIn(all), requests: plain(all), portals: byPortal };
  }

  #countsOf(portal: Portal | undefined): Counts {
    if (!portal) return this.#ofNone;
    let counts = this.#ofPortals.get(portal.name);
    if (!counts) {
      counts = new Map();
      this.#ofPortals.set(portal.name, counts);
    }
    return counts;
  }
}
