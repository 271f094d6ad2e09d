/**
 * One instance among those that share quotas: feeds what it reads to its view, tells limiters what they may use, and
 * says what the others must know. It has no timers and no sockets: `lanes.ts` gives it both.
 */
import type { Clock } from '../clock.ts';
import type { Lane } from '../hubspot/lanes.ts';
import type { Share } from '../hubspot/share.ts';
import { isSame } from './arcs.ts';
import { BackfillSide } from './backfill-side.ts';
import { LiveSide, type LiveSideParts } from './live-side.ts';
import { decodeMessage, encodeMessage, type Statement } from './message.ts';
import { View } from './view.ts';

export interface MemberSettings {
  readonly instance: string;
  readonly lane: Lane;
  /** Longest that a request is on its way, milliseconds. */
  readonly settle: number;
  /** How long what is said holds: that a live process is about, and everything else. Milliseconds. */
  readonly terms: { readonly live: number; readonly other: number };
}

export interface MemberParts extends Omit<LiveSideParts, 'view'> {
  readonly clock: Pick<Clock, 'now' | 'wall'>;
  /** Portals that a backfill process has calls for, with its weight. */
  readonly demand: () => ReadonlyMap<string, number>;
  /** What the portal may use from now on, and until when (`Clock.now`) without further word. */
  readonly changed: (portal: string, share: Share, until: number) => void;
}

export class Member {
  readonly view: View;
  readonly #settings: MemberSettings;
  readonly #parts: MemberParts;
  readonly #live: LiveSide;
  readonly #backfill: BackfillSide;
  #n = 0;
  #offset = 0;
  /** What each affected portal was told last. */
  #told = new Map<string, { share: Share; until: number }>();

  constructor(settings: MemberSettings, parts: MemberParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.view = new View(settings.instance, settings.lane, settings.settle);
    this.#live = new LiveSide({ ...parts, view: this.view });
    this.#backfill = new BackfillSide({ instance: settings.instance, view: this.view, demand: parts.demand });
  }

  /** Takes the next record of the control topic. */
  read(value: Buffer | null, offset: number): void {
    this.#offset = offset + 1;
    const message = decodeMessage(value);
    if (message !== undefined) this.view.apply(message, offset, this.#moment());
  }

  /** What the portal may use at this moment, and until when without further word. */
  usable(portal: string): { readonly share: Share; readonly until: number } {
    const now = this.#parts.clock.now();
    if (this.#settings.lane === 'backfill') return this.#backfill.usable(portal, now);
    return { share: this.#live.usable(portal, now), until: Number.POSITIVE_INFINITY };
  }

  /** Whether somebody else holds a part of the portal, or did a moment ago. */
  isAffected(portal: string): boolean {
    return this.#settings.lane === 'backfill' || this.#told.has(portal) || this.#live.affected().has(portal);
  }

  /** Tells the limiters what has changed by what was read, and by the time that has passed. */
  update(): void {
    const now = this.#parts.clock.now();
    this.view.forget(now);
    const affected = this.#settings.lane === 'backfill' ? new Set(this.view.ledger.portals) : this.#live.affected();
    const told = new Map<string, { share: Share; until: number }>();
    for (const portal of affected.union(new Set(this.#told.keys()))) {
      const { share, until } = this.usable(portal);
      const before = this.#told.get(portal);
      if (affected.has(portal)) told.set(portal, { share, until });
      if (before === undefined || before.until !== until || !isSame(before.share, share)) {
        this.#parts.changed(portal, share, until);
      }
    }
    this.#told = told;
  }

  /** What is to be written now, in this order. The limiters have been told before it returns. */
  speak(): readonly Buffer[] {
    const now = this.#parts.clock.now();
    const first = this.#n + 1;
    const statements =
      this.#settings.lane === 'live'
        ? this.#live.speak(now, first, this.#offset)
        : this.#backfill.speak(now, first, this.#offset);
    this.update();
    return statements.map((statement) => this.#encode(statement, this.#termOf(statement)));
  }

  /** The last words: it is not about any more, and has let go of what it held. */
  leave(): readonly Buffer[] {
    return this.#settings.lane === 'live'
      ? [this.#encode({ kind: 'live', seen: this.#offset, serves: [], busy: [] }, 0)]
      : [this.#encode({ kind: 'backfill', seen: this.#offset, wants: {} }, 0)];
  }

  #termOf({ kind }: Statement): number {
    const { live, other } = this.#settings.terms;
    return kind === 'live' ? live : other;
  }

  #encode(statement: Statement, term: number): Buffer {
    const { instance } = this.#settings;
    this.#n += 1;
    return encodeMessage(statement, { instance, n: this.#n, at: this.#parts.clock.wall(), term });
  }

  #moment() {
    const { clock } = this.#parts;
    return { now: clock.now(), wall: clock.wall() };
  }
}
