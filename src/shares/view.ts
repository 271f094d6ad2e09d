/** What an instance has read of the control topic: who is about, who wants quota, who holds what. */
import type { Lane } from '../hubspot/lanes.ts';
import { Ledger, type Moment, SKEW_MS } from './ledger.ts';
import type { ControlMessage } from './message.ts';

interface Presence {
  readonly until: number;
  readonly seen: number;
  readonly serves: ReadonlySet<string>;
  readonly busy: ReadonlySet<string>;
}

interface Wants {
  readonly until: number;
  readonly weights: ReadonlyMap<string, number>;
}

export class View {
  readonly ledger: Ledger;
  readonly #instance: string;
  readonly #isLive: boolean;
  readonly #lives = new Map<string, Presence>();
  readonly #wants = new Map<string, Wants>();
  /** Portals that we want, and the offset of the message that said so first. */
  #asked: ReadonlyMap<string, number> = new Map();
  /** The newest message of each instance: a message that comes twice must not undo a later one. */
  readonly #newest = new Map<string, { n: number; until: number }>();

  /** @param settle longest that a request is on its way, milliseconds */
  constructor(instance: string, lane: Lane, settle: number) {
    this.#instance = instance;
    this.#isLive = lane === 'live';
    this.ledger = new Ledger(settle);
  }

  /** Number of the newest message of our own that was read back. */
  get readBack(): number {
    return this.#newest.get(this.#instance)?.n ?? 0;
  }

  /** Takes the next message of the topic. */
  apply(message: ControlMessage, offset: number, moment: Moment): void {
    const { instance, n, at, term } = message;
    if (n <= (this.#newest.get(instance)?.n ?? 0)) return;
    const until = moment.now + Math.min(term, at + term - moment.wall) + SKEW_MS;
    this.#newest.set(instance, { n, until: Math.max(until, moment.now) + FORGET_MS });
    if (message.kind === 'live') {
      const { seen, serves, busy } = message;
      this.#lives.set(instance, { until, seen, serves: new Set(serves), busy: new Set(busy) });
    } else if (message.kind === 'backfill') {
      const weights = new Map(Object.entries(message.wants));
      this.#wants.set(instance, { until, weights });
      if (instance === this.#instance) {
        this.#asked = new Map(weights.keys().map((portal) => [portal, this.#asked.get(portal) ?? offset]));
      }
      this.ledger.seen(instance, message.seen, at, moment);
    } else {
      // A claim of ours behind the message of a live process, which may not have seen it, takes nothing more.
      const isClaim = instance === this.#instance && !this.#isLive;
      this.ledger.apply(message, offset, moment, (portal) => !isClaim || !this.isLiveAbout(portal, moment.now));
    }
    if (term === 0) this.#left(instance, at, moment);
  }

  /** Whether a live process serves the portal, or has not yet said whether it does since we asked for it. */
  isLiveAbout(portal: string, now: number): boolean {
    const asked = this.#asked.get(portal) ?? Number.POSITIVE_INFINITY;
    return this.#lives.values().some(({ until, seen, serves }) => until > now && (serves.has(portal) || seen <= asked));
  }

  /** What decides whether we may claim the portal; whoever sees it change need not wait for his turn. */
  standing(portal: string, now: number): readonly [portal: string, isAsked: boolean, isLiveAbout: boolean] {
    return [portal, this.#asked.has(portal), this.isLiveAbout(portal, now)];
  }

  /** Whether another live process has calls for the portal. */
  isBusyElsewhere(portal: string, now: number): boolean {
    return this.#lives
      .entries()
      .some(([instance, { until, busy }]) => instance !== this.#instance && until > now && busy.has(portal));
  }

  /** Portals that a backfill wants quota for, with the weight of each instance that does. */
  wanted(now: number): Map<string, Map<string, number>> {
    const wanted = new Map<string, Map<string, number>>();
    for (const [instance, { until, weights }] of this.#wants) {
      if (until <= now) continue;
      for (const [portal, weight] of weights) {
        const ofPortal = wanted.get(portal) ?? new Map<string, number>();
        wanted.set(portal, ofPortal.set(instance, weight));
      }
    }
    return wanted;
  }

  /** Whether a backfill is about. */
  isWanted(now: number): boolean {
    return this.#wants.values().some(({ until }) => until > now);
  }

  /** Forgets what is over. */
  forget(now: number): void {
    this.ledger.forget(now);
    for (const table of [this.#lives, this.#wants, this.#newest]) {
      for (const [instance, { until }] of table) if (until <= now) table.delete(instance);
    }
  }

  #left(instance: string, at: number, moment: Moment): void {
    this.#lives.delete(instance);
    this.#wants.delete(instance);
    this.ledger.left(instance, at, moment);
  }
}

/** How long the number of an instance's last message is remembered after its term. */
const FORGET_MS = 600_000;
