/**
 * Who may use which part of which portal's quota, and until when, as the control topic tells it. Every instance keeps
 * this ledger, and all read the same messages in the same order. Pure: the time comes with every question.
 *
 * Nobody knows another's clock. The holder of a lease stops `SKEW_MS` before the end that was written down; everybody
 * else counts it as taken until `SKEW_MS` after that end, and as long as a request can be on its way.
 */
import type { Share } from '../hubspot/share.ts';
import { overlap, subtract, union } from './arcs.ts';
import { type LeasesMessage, toShare } from './message.ts';

/** Most that the wall clocks of two instances may differ, milliseconds. */
export const SKEW_MS = 1_000;

/** Moments are of `Clock.now`, so that a wall clock that is set changes nothing that was read before. */
interface Lease {
  readonly holder: string;
  /** Who said so. */
  readonly author: string;
  /** As it was said: nobody else uses it. */
  readonly said: Share;
  /** What of it the holder may use: not what another had already. */
  readonly held: Share;
  /** The holder uses it until then; earlier when it was taken back. */
  readonly heldUntil: number;
  /** Others keep off until then. */
  takenUntil: number;
  /** Offset of the message that took it back; undefined while it is in force. */
  readonly backAt?: number;
}

export interface Moment {
  /** `Clock.now`. */
  readonly now: number;
  /** `Clock.wall`. */
  readonly wall: number;
}

export class Ledger {
  readonly #leases = new Map<string, readonly Lease[]>();
  readonly #settle: number;

  /** @param settle longest that a request is on its way, milliseconds */
  constructor(settle: number) {
    this.#settle = settle;
  }

  /** Portals of which somebody may hold a part. */
  get portals(): Iterable<string> {
    return this.#leases.keys();
  }

  /** @param mayGrow false: a holder may go on with what it has of the portal, and no more */
  apply(message: LeasesMessage, offset: number, moment: Moment, mayGrow: (portal: string) => boolean): void {
    const { instance: author, at, term } = message;
    const { now, wall } = moment;
    const left = Math.min(term, at + term - wall);
    // Ahead of us by more than is allowed: then its end is late by as much.
    const heldUntil = at > wall + SKEW_MS ? now : now + left - SKEW_MS;
    const takenUntil = now + left + SKEW_MS + this.#settle;
    for (const [portal, { leases, back }] of Object.entries(message.portals)) {
      let all = this.#current(portal, now);
      for (const [holder, pairs] of Object.entries(back)) {
        // Who gives back what is his own does not use it any more.
        const freeAt = holder === author ? this.#settledAt(at, moment) : Number.POSITIVE_INFINITY;
        all = all.flatMap((lease) => takeBack(lease, holder, toShare(pairs), now, freeAt, offset));
      }
      for (const [holder, pairs] of Object.entries(leases)) {
        const said = toShare(pairs);
        const others = all.filter((lease) => lease.holder !== holder && lease.heldUntil > now);
        // Who came first has it, should two say different things. What is only kept off from is not looked at: the
        // writer has waited for that, and by another's clock it may end a moment later.
        const first = subtract(said, union(...others.map(({ held }) => held)));
        const held = mayGrow(portal) ? first : overlap(first, this.heldBy(portal, holder, now).share);
        all = all.map((lease) => {
          const isRenewed = lease.author === author && lease.holder === holder && lease.backAt === undefined;
          return isRenewed ? without(lease, said) : lease;
        });
        all = [...all, { holder, author, said, held, heldUntil, takenUntil }];
      }
      this.#keep(portal, all);
    }
  }

  /** A holder has read the topic up to an offset: what was taken from it before that, it does not use any more. */
  seen(holder: string, offset: number, at: number, moment: Moment): void {
    const freeAt = this.#settledAt(at, moment);
    for (const lease of [...this.#leases.values()].flat()) {
      if (lease.holder !== holder || lease.backAt === undefined || lease.backAt >= offset) continue;
      lease.takenUntil = Math.min(lease.takenUntil, freeAt);
    }
  }

  /** A holder has ended, and uses nothing any more. */
  left(holder: string, at: number, moment: Moment): void {
    const freeAt = this.#settledAt(at, moment);
    for (const [portal, leases] of [...this.#leases]) {
      const next = leases.flatMap((lease) => takeBack(lease, holder, lease.said, moment.now, freeAt, 0));
      this.#keep(portal, next);
    }
  }

  /** What may be in use. */
  taken(portal: string, now: number): Share {
    return union(...this.#current(portal, now).map(({ said }) => said));
  }

  /** What others may use than this holder. */
  heldByOthers(portal: string, holder: string, now: number): Share {
    const others = this.#current(portal, now).filter((lease) => lease.holder !== holder);
    return union(...others.map(({ held }) => held));
  }

  /** What a holder may use, and until when; a little of it may be over earlier. */
  heldBy(portal: string, holder: string, now: number): { readonly share: Share; readonly until: number } {
    const all = this.#current(portal, now).filter((lease) => lease.holder === holder && lease.heldUntil > now);
    const until = Math.min(...all.map(({ heldUntil }) => heldUntil));
    return { share: union(...all.map(({ held }) => held)), until: all.length === 0 ? now : until };
  }

  /** The leases in force, by holder, whoever has said so. */
  leases(portal: string, now: number): Map<string, Share> {
    const byHolder = new Map<string, Share>();
    for (const { holder, held, backAt } of this.#current(portal, now)) {
      if (backAt === undefined) byHolder.set(holder, union(byHolder.get(holder) ?? [], held));
    }
    return byHolder;
  }

  /** Forgets what is over. */
  forget(now: number): void {
    for (const portal of [...this.#leases.keys()]) this.#keep(portal, this.#current(portal, now));
  }

  /** When nothing is on its way any more of what was sent before a moment of another's wall clock. */
  #settledAt(at: number, { now, wall }: Moment): number {
    return now + Math.min(0, at - wall) + SKEW_MS + this.#settle;
  }

  #current(portal: string, now: number): readonly Lease[] {
    return this.#leases.get(portal)?.filter(({ takenUntil }) => takenUntil > now) ?? [];
  }

  #keep(portal: string, leases: readonly Lease[]): void {
    const kept = leases.filter(({ said }) => said.length > 0);
    if (kept.length === 0) this.#leases.delete(portal);
    else this.#leases.set(portal, kept);
  }
}

function without(lease: Lease, arcs: Share): Lease {
  return { ...lease, said: subtract(lease.said, arcs), held: subtract(lease.held, arcs) };
}

/** Splits a lease: what stays in force, and what was taken back and may still be in use. */
function takeBack(lease: Lease, holder: string, arcs: Share, now: number, freeAt: number, offset: number): Lease[] {
  if (lease.holder !== holder || lease.backAt !== undefined) return [lease];
  const back = {
    ...lease,
    said: overlap(lease.said, arcs),
    held: overlap(lease.held, arcs),
    heldUntil: now,
    takenUntil: Math.min(lease.takenUntil, freeAt),
    backAt: offset,
  };
  return [without(lease, arcs), back];
}
