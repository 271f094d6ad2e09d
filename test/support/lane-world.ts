/** Instances that share one portal's quota, each with a clock of its own, and a control topic that is late at times. */

import type { Lane } from '../../src/hubspot/lanes.ts';
import { NOTHING, type Share, WHOLE } from '../../src/hubspot/share.ts';
import { overlap, sizeOf, subtract } from '../../src/shares/arcs.ts';
import { SKEW_MS } from '../../src/shares/ledger.ts';
import { Member } from '../../src/shares/member.ts';

export const PORTAL = 'main';
export const SETTLE_MS = 4_000;
export const TERM_MS = 10_000;
export const LIVE_TERM_MS = 15_000;
export const SPEAK_MS = 2_000;
const POLL_MS = 250;
/** A window of a second, and what the limiter adds to it. */
const GAIN_MS = 3_000;

export class LaneWorld {
  now = 0;
  readonly log: Buffer[] = [];
  readonly instances: Instance[] = [];
  #count = 0;

  add(lane: Lane, options: { skew?: number; spare?: number; weight?: number } = {}): Instance {
    this.#count += 1;
    const instance = new Instance(this, `${lane}-${this.#count}`, lane, options);
    this.instances.push(instance);
    return instance;
  }

  /** Time passes in steps of 50 ms. Throws when two instances may use the same part at a moment. */
  elapse(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now += 50) {
      for (const instance of this.instances) instance.step();
      this.check();
    }
  }

  check(): void {
    const running = this.instances.filter(({ isDead }) => !isDead);
    for (const [n, one] of running.entries()) {
      for (const other of running.slice(n + 1)) {
        if (one.isFrozen || other.isFrozen) continue;
        const both = sizeOf(overlap(one.inUse, other.inUse));
        if (both > 1e-6) {
          throw new Error(
            `at ${this.now}: ${one.name} and ${other.name} both use ${both}: ${JSON.stringify([one.inUse, other.inUse])}`,
          );
        }
      }
    }
  }

  /** What an instance uses. */
  sizeOf(instance: Instance): number {
    return sizeOf(instance.uses);
  }
}

export class Instance {
  readonly name: string;
  readonly lane: Lane;
  readonly member: Member;
  isDead = false;
  isFrozen = false;
  /** How long its writes and reads take, milliseconds. */
  delay = 0;
  owned: Share = NOTHING;
  demand = true;
  spare: number | undefined;
  readonly #world: LaneWorld;
  readonly #clock: { now: () => number; wall: () => number };
  #told: { share: Share; until: number } = { share: NOTHING, until: Number.POSITIVE_INFINITY };
  #position = 0;
  #nextPoll = 0;
  #nextSpeak = 0;
  #writes: { at: number; value: Buffer }[] = [];
  #standing = '';
  #history: { at: number; uses: Share }[] = [];

  constructor(
    world: LaneWorld,
    name: string,
    lane: Lane,
    { skew = 0, spare, weight = 1 }: { skew?: number; spare?: number; weight?: number },
  ) {
    this.#world = world;
    this.name = name;
    this.lane = lane;
    this.spare = spare;
    const start = world.now;
    this.#clock = { now: () => world.now - start, wall: () => 1_700_000_000_000 + world.now + skew * SKEW_MS * 0.5 };
    this.member = new Member(
      { instance: name, lane, settle: SETTLE_MS, terms: { live: LIVE_TERM_MS, other: TERM_MS } },
      {
        clock: this.#clock,
        serves: () => true,
        owned: () => this.owned,
        spare: () => this.spare,
        isBusy: () => this.demand,
        grantable: () => this.owned,
        demand: () => (this.demand ? new Map([[PORTAL, weight]]) : new Map()),
        changed: (_, share, until) => {
          this.#told = { share, until };
        },
      },
    );
    this.#readAll();
  }

  /** What its limiter lets through at this moment: a share that was gained is used a window later. */
  get inUse(): Share {
    return this.#history.reduce((share, { uses }) => overlap(share, uses), this.uses);
  }

  /** What its limiter has been told. */
  get uses(): Share {
    if (this.isDead) return NOTHING;
    return this.#told.until > this.#clock.now() ? this.#told.share : NOTHING;
  }

  /** From now on it owns this part of the live quota. It reads the topic to its end before it uses it. */
  own(share: Share): void {
    this.#told = { ...this.#told, share: overlap(this.#told.share, share) };
    this.#readAll();
    this.owned = share;
    this.#tell();
  }

  /** It stops as a process does that is asked to. */
  leave(): void {
    this.#told = { share: NOTHING, until: Number.POSITIVE_INFINITY };
    for (const value of this.member.leave()) this.#write(value);
    this.#flush(Number.POSITIVE_INFINITY);
    this.isDead = true;
  }

  step(): void {
    const { now } = this.#world;
    if (now % POLL_MS === 0) {
      this.#history = [...this.#history.filter(({ at }) => at > now - GAIN_MS), { at: now, uses: this.uses }];
    }
    if (this.isDead || this.isFrozen) return;
    this.#flush(now);
    if (now >= this.#nextPoll) {
      this.#nextPoll = now + POLL_MS + this.delay;
      this.#readAll();
      this.member.update();
      const standing = String(this.member.view.standing(PORTAL, this.#clock.now()));
      if (standing !== this.#standing) this.#nextSpeak = now;
      this.#standing = standing;
    }
    if (now >= this.#nextSpeak && this.#writes.length === 0) {
      this.#nextSpeak = now + SPEAK_MS;
      for (const value of this.member.speak()) this.#write(value);
    }
  }

  #write(value: Buffer): void {
    this.#writes.push({ at: this.#world.now + this.delay, value });
  }

  #flush(now: number): void {
    const due = this.#writes.filter(({ at }) => at <= now);
    this.#writes = this.#writes.filter(({ at }) => at > now);
    for (const { value } of due) this.#world.log.push(value);
  }

  #readAll(): void {
    for (; this.#position < this.#world.log.length; this.#position += 1) {
      this.member.read(this.#world.log[this.#position] ?? null, this.#position);
    }
  }

  #tell(): void {
    this.member.update();
    const { share, until } = this.member.usable(PORTAL);
    this.#told = { share, until };
  }
}

export const halves: readonly Share[] = [[{ from: 0, to: 0.5 }], [{ from: 0.5, to: 1 }]];
export { NOTHING, subtract, WHOLE };
