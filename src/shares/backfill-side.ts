/**
 * What a process of the backfill lane does: it says what it wants, and uses what it was given. With no live process
 * about it takes its part of everything, for a term; when one appears it gives back half at once, and the rest runs out
 * unless the live process lets it have it. Pure, like `live-side.ts`.
 */
import { NOTHING, type Share, WHOLE } from '../hubspot/share.ts';
import { adjust, lastOf, overlap, sizeOf, subtract } from './arcs.ts';
import type { Statement, Terms } from './message.ts';
import type { View } from './view.ts';

export interface BackfillSideParts {
  readonly instance: string;
  readonly view: View;
  /** Portals that there are calls for, with our weight among backfills: our part of the source's partitions. */
  readonly demand: () => ReadonlyMap<string, number>;
}

/** What is kept of a claim when a live process appears. */
const KEPT = 0.5;

export class BackfillSide {
  readonly #parts: BackfillSideParts;
  #claims: ReadonlySet<string> = new Set();
  /** What we have stopped to use and have not read back yet, with the number of the message that says so. */
  #yielded: { readonly n: number; readonly kept: ReadonlyMap<string, Share> } | undefined;

  constructor(parts: BackfillSideParts) {
    this.#parts = parts;
  }

  /** What the limiter of the portal may use, and until when (`Clock.now`). */
  usable(portal: string, now: number): { readonly share: Share; readonly until: number } {
    const { view, instance } = this.#parts;
    const held = view.ledger.heldBy(portal, instance, now);
    const kept = this.#isOpen() ? this.#yielded?.kept.get(portal) : undefined;
    return kept === undefined ? held : { ...held, share: overlap(held.share, kept) };
  }

  /**
   * What is to be said now. The limiters must know `usable` before it is written.
   * @param n number of the first message that will be written; leases are the last one
   * @param offset of the control topic, up to which the view has read
   */
  speak(now: number, n: number, offset: number): readonly Statement[] {
    const wants = this.#parts.demand();
    const spoken: Statement[] = [{ kind: 'backfill', seen: offset, wants: Object.fromEntries(wants) }];
    if (this.#isOpen()) return spoken;
    this.#yielded = undefined;
    const kept = new Map([...this.#yield(now), ...this.#claim(wants, now)]);
    if (kept.size === 0) return spoken;
    this.#yielded = { n: n + 1, kept };
    const portals = kept.entries().map(([portal, share]) => [portal, this.#terms(portal, share, now)] as const);
    return [...spoken, { kind: 'leases', portals: Object.fromEntries(portals) }];
  }

  /** Half of each claim on a portal that a live process serves, once: not claimed again, it ends with its term. */
  #yield(now: number): Map<string, Share> {
    const { view } = this.#parts;
    const kept = new Map<string, Share>();
    for (const portal of this.#claims) {
      if (!view.isLiveAbout(portal, now)) continue;
      const held = this.#held(portal, now);
      kept.set(portal, lastOf(held, sizeOf(held) * KEPT));
    }
    this.#claims = this.#claims.difference(new Set(kept.keys()));
    return kept;
  }

  /** Our part of everything, as far as nobody else has it. */
  #claim(wants: ReadonlyMap<string, number>, now: number): Map<string, Share> {
    const { view, instance } = this.#parts;
    const wanted = view.wanted(now);
    const claims = new Map<string, Share>();
    for (const portal of this.#claims) claims.set(portal, NOTHING);
    for (const [portal, weight] of wants) {
      if (!wanted.get(portal)?.has(instance) || view.isLiveAbout(portal, now)) continue;
      const sum =
        wanted
          .get(portal)
          ?.values()
          .reduce((total, one) => total + one, 0) ?? weight;
      const free = subtract(WHOLE, view.ledger.heldByOthers(portal, instance, now));
      claims.set(portal, adjust(overlap(this.#held(portal, now), free), free, weight / sum));
    }
    this.#claims = new Set(claims.keys().filter((portal) => wants.has(portal)));
    return claims;
  }

  #held(portal: string, now: number): Share {
    return this.#parts.view.ledger.heldBy(portal, this.#parts.instance, now).share;
  }

  #terms(portal: string, share: Share, now: number): Terms {
    const { instance } = this.#parts;
    const back = subtract(this.#held(portal, now), share);
    return {
      leases: share.length > 0 ? { [instance]: share } : {},
      back: back.length > 0 ? { [instance]: back } : {},
    };
  }

  #isOpen(): boolean {
    return this.#yielded !== undefined && this.#parts.view.readBack < this.#yielded.n;
  }
}
