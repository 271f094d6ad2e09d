import { Engagement, EXTERNAL_ID_PROPERTY, FIRST_ENGAGEMENT_ID } from './engagement.ts';
import { EngagementIndex } from './engagement-index.ts';
import { Fifo } from './fifo.ts';

/** Where engagements outlive the process. */
export interface EngagementJournal {
  append(engagement: Engagement): void;
  clear(): void;
}

/** What was made so far; never decreases, also when old engagements are forgotten. */
export interface EngagementTotals {
  readonly engagements: number;
  /** Distinct external call ids among them. */
  readonly externalCallIds: number;
  /** External call ids that have more than one engagement: calls that a client logged twice. */
  readonly repeatedCallIds: number;
}

const NONE: EngagementTotals = { engagements: 0, externalCallIds: 0, repeatedCallIds: 0 };

/** Which engagements to list: those of a portal, of an external call id, or all. */
export interface EngagementFilter {
  readonly portal?: string | undefined;
  readonly externalCallId?: string | undefined;
}

/** The search compares external ids without regard to case. */
const searchKeyOf = (properties: Engagement['properties']): string | undefined =>
  properties[EXTERNAL_ID_PROPERTY]?.toLowerCase();

/** The engagements of the simulated CRM: the newest `keep` of them. A repeat makes another: there is no idempotency. */
export class Engagements {
  readonly #keep: number;
  readonly #journal: EngagementJournal | undefined;
  readonly #kept = new Fifo<Engagement>();
  readonly #byCallId = new EngagementIndex();
  readonly #byExternalId = new EngagementIndex();
  readonly #totals = new Map<string, EngagementTotals>();
  #nextId = FIRST_ENGAGEMENT_ID;

  constructor(options: { readonly keep: number; readonly journal?: EngagementJournal | undefined }) {
    this.#keep = options.keep;
    this.#journal = options.journal;
  }

  create(portal: string, externalCallId: string, properties: Engagement['properties'], createdAt: number): Engagement {
    const propertiesJson = JSON.stringify(properties);
    const engagement = new Engagement({ id: this.#nextId, portal, externalCallId, createdAt, propertiesJson });
    this.#journal?.append(engagement);
    this.#insert(engagement, properties);
    return engagement;
  }

  /** Takes over what an earlier process made, oldest first. */
  restore(engagements: Iterable<Engagement>): void {
    for (const engagement of engagements) this.#insert(engagement, engagement.properties);
  }

  totals(portal: string): EngagementTotals {
    return this.#totals.get(portal) ?? NONE;
  }

  /** Engagements that fit the filter and have a higher id than `afterId`, oldest first. */
  *list({ portal, externalCallId }: EngagementFilter = {}, afterId = 0): Generator<Engagement> {
    const candidates =
      externalCallId === undefined
        ? this.#kept.from(this.#placeAfter(afterId))
        : [...this.#byCallId.get(portal, externalCallId)].sort((a, b) => a.id - b.id);
    for (const engagement of candidates) {
      if (engagement.id > afterId && (portal === undefined || engagement.portal === portal)) yield engagement;
    }
  }

  /** Engagements of a portal whose `hs_call_external_id` is one of these, ignoring case, oldest first. */
  withExternalId(portal: string, lowerCaseIds: readonly string[]): Engagement[] {
    const found = new Set(lowerCaseIds.flatMap((id) => [...this.#byExternalId.get(portal, id)]));
    return [...found].sort((a, b) => a.id - b.id);
  }

  clear(): void {
    this.#journal?.clear();
    this.#kept.clear();
    this.#byCallId.clear();
    this.#byExternalId.clear();
    this.#totals.clear();
  }

  /** Binary search: ids rise in the order of the queue, so a page need not walk over all that came before it. */
  #placeAfter(id: number): number {
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#kept.at(middle)?.id ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(engagement: Engagement, properties: Engagement['properties']): void {
    this.#nextId = engagement.id + 1;
    this.#kept.push(engagement);
    const ofCallId = this.#byCallId.add(engagement.externalCallId, engagement);
    const searchKey = searchKeyOf(properties);
    if (searchKey !== undefined) this.#byExternalId.add(searchKey, engagement);
    const { engagements, externalCallIds, repeatedCallIds } = this.totals(engagement.portal);
    this.#totals.set(engagement.portal, {
      engagements: engagements + 1,
      externalCallIds: externalCallIds + (ofCallId === 1 ? 1 : 0),
      repeatedCallIds: repeatedCallIds + (ofCallId === 2 ? 1 : 0),
    });
    if (this.#kept.length > this.#keep) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const oldest = this.#kept.shift();
    if (!oldest) return;
    this.#byCallId.removeOldest(oldest.portal, oldest.externalCallId);
    const searchKey = searchKeyOf(oldest.properties);
    if (searchKey !== undefined) this.#byExternalId.removeOldest(oldest.portal, searchKey);
  }
}
