/**
 * What a process of the live lane does for the backfills: it gives them a part of its own share, for a term, and keeps
 * off what anybody may be using. Pure: the caller passes the time, writes what is to be said, and feeds the view.
 */
import { NOTHING, type Share } from '../hubspot/share.ts';
import { adjust, overlap, sizeOf, subtract, union } from './arcs.ts';
import type { Statement, Terms } from './message.ts';
import type { View } from './view.ts';

export interface LiveSideParts {
  readonly view: View;
  /** Whether it handles calls of the portal at all. */
  readonly serves: (portal: string) => boolean;
  /** What this instance owns of a portal's quota. */
  readonly owned: (portal: string) => Share;
  /** The part of what it owns that it can spare, 0 to 1; undefined while that is not known yet. */
  readonly spare: (portal: string, owned: Share) => number | undefined;
  /** Whether it has had calls for the portal of late. */
  readonly isBusy: (portal: string) => boolean;
  /** What it may give away of. @param isBusyElsewhere another live process has calls for the portal */
  readonly grantable: (portal: string, isBusyElsewhere: boolean) => Share;
}

export class LiveSide {
  readonly #parts: LiveSideParts;
  /** What was given away by a message that was not read back yet, with the number of that message. */
  #pending: { readonly n: number; readonly portals: ReadonlyMap<string, Share> } | undefined;

  constructor(parts: LiveSideParts) {
    this.#parts = parts;
  }

  /** What the limiter of the portal may use. */
  usable(portal: string, now: number): Share {
    const { view, owned } = this.#parts;
    return subtract(owned(portal), union(view.ledger.taken(portal, now), this.#given(portal)));
  }

  /** Portals of which we may not use all that we own. */
  affected(): Set<string> {
    return new Set([...this.#parts.view.ledger.portals, ...(this.#pending?.portals.keys() ?? [])]);
  }

  /**
   * What is to be said now. The limiters must know `usable` before it is written.
   * @param n number of the first message that will be written; the leases are the last one
   * @param seen offset of the control topic, up to which the view has read
   */
  speak(now: number, n: number, seen: number): readonly Statement[] {
    const { view, serves, isBusy } = this.#parts;
    const wanted = new Map(
      view
        .wanted(now)
        .entries()
        .filter(([portal]) => serves(portal)),
    );
    const portalsOf = (which: (portal: string) => boolean) => [...wanted.keys()].filter(which);
    const presence: Statement = { kind: 'live', seen, serves: portalsOf(() => true), busy: portalsOf(isBusy) };
    // One at a time: until it is read back, nobody knows what the ledger makes of it.
    if (this.#pending !== undefined && view.readBack < this.#pending.n) return [presence];
    this.#pending = undefined;
    const portals = new Map<string, Terms>();
    for (const [portal, weights] of wanted) {
      const terms = this.#termsFor(portal, weights, now);
      if (Object.keys(terms.leases).length + Object.keys(terms.back).length > 0) portals.set(portal, terms);
    }
    if (portals.size === 0) return [presence];
    const given = portals.entries().map(([portal, { leases }]) => [portal, union(...Object.values(leases))] as const);
    this.#pending = { n: n + 1, portals: new Map(given) };
    return [presence, { kind: 'leases', portals: Object.fromEntries(portals) }];
  }

  /** What each backfill shall have: as much of what it has as it may keep, and more where there is more. */
  #termsFor(portal: string, weights: ReadonlyMap<string, number>, now: number): Terms {
    const { ledger } = this.#parts.view;
    const ours = this.#parts.grantable(portal, this.#parts.view.isBusyElsewhere(portal, now));
    const held = ledger.leases(portal, now);
    const spare = this.#parts.spare(portal, ours);
    const sum = weights.values().reduce((total, weight) => total + weight, 0);
    const leases: Record<string, Share> = {};
    const back: Record<string, Share> = {};
    let free = subtract(ours, ledger.taken(portal, now));
    for (const [holder, weight] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const current = overlap(held.get(holder) ?? NOTHING, ours);
      const size = spare === undefined ? sizeOf(current) : sizeOf(ours) * spare * (weight / sum);
      const lease = adjust(current, free, size);
      const over = subtract(current, lease);
      free = subtract(free, lease);
      if (lease.length > 0) leases[holder] = lease;
      if (over.length > 0) back[holder] = over;
    }
    return { leases, back };
  }

  #given(portal: string): Share {
    const { view } = this.#parts;
    if (this.#pending === undefined || view.readBack >= this.#pending.n) return NOTHING;
    return this.#pending.portals.get(portal) ?? NOTHING;
  }
}
