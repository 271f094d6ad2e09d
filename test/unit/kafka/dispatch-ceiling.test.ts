import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CeilingProposal, DispatchCeiling } from '../../../src/kafka/dispatch-ceiling.ts';

const WINDOW = 64;

interface Commit {
  readonly watermark: number;
  readonly proposal: CeilingProposal;
}

/**
 * A partition with its ceiling and the log of its commits. Commits arrive in the order of their sending, or never; their
 * acknowledgements may be handled late, in any order. What a crash leaves is the last that arrived.
 */
class World {
  readonly ceiling: DispatchCeiling;
  readonly claimed = new Set<number>();
  now = 0;
  watermark: number;
  /** What the last durable commit says. */
  durable: { readonly watermark: number; readonly ceiling: number };
  /** The highest that may be sent to: acknowledged, and not withdrawn since. */
  #allowed: number;
  #sent: Commit[] = [];
  #arrived: Commit[] = [];
  #withdrawnAt = 0;
  readonly #doubtTo: number;

  constructor(base: number, inherited: number) {
    this.ceiling = new DispatchCeiling(base, inherited, WINDOW);
    this.watermark = base;
    this.durable = { watermark: base, ceiling: inherited };
    this.#allowed = base;
    this.#doubtTo = inherited;
    // The worst that the earlier owner can have done.
    for (let offset = base; offset < inherited; offset += 1) this.claimed.add(offset);
  }

  claim(offset: number): boolean {
    const isClaimed = this.ceiling.claim(offset);
    if (isClaimed !== offset < this.#allowed) throw new Error(`${offset} of ${this.#allowed}: ${isClaimed}`);
    if (isClaimed) this.claimed.add(offset);
    return isClaimed;
  }

  propose(): void {
    this.#send({ watermark: this.watermark, proposal: this.ceiling.propose(this.watermark, this.now) });
  }

  withdraw(): void {
    const doubtTo = this.watermark < this.#doubtTo ? this.#doubtTo : 0;
    const proposal = this.ceiling.withdraw(this.watermark, doubtTo, this.now);
    this.#withdrawnAt = proposal.era;
    this.#allowed = this.watermark;
    this.#send({ watermark: this.watermark, proposal });
  }

  /** The oldest commit on its way becomes durable, or is lost. */
  arrive(isLost: boolean): void {
    const commit = this.#sent.shift();
    if (commit === undefined || isLost) return;
    this.durable = { watermark: commit.watermark, ceiling: commit.proposal.ceiling };
    this.#arrived.push(commit);
  }

  /** The acknowledgement of one that arrived is handled. */
  acknowledge(which: number): void {
    const [commit] = this.#arrived.splice(which % Math.max(1, this.#arrived.length), 1);
    if (commit === undefined) return;
    this.ceiling.grant(commit.proposal, this.now);
    const { era, ceiling } = commit.proposal;
    if (era === this.#withdrawnAt) this.#allowed = Math.max(this.#allowed, ceiling);
  }

  /** Everything below is done or was never there. */
  moveTo(watermark: number): void {
    this.watermark = watermark;
  }

  check(): void {
    const { watermark, ceiling } = this.durable;
    if (ceiling < watermark) throw new Error(`the ceiling ${ceiling} lies below its own commit at ${watermark}`);
    for (const offset of this.claimed) {
      if (offset >= ceiling && offset >= watermark)
        throw new Error(`after a crash nobody knows that ${offset} was sent`);
    }
  }

  #send(commit: Commit): void {
    this.#sent.push(commit);
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('claim' as const), n: fc.nat(WINDOW - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('claimFar' as const), n: fc.nat(2 ** 33) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('propose' as const), n: fc.nat(400) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('arrive' as const), n: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), n: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), n: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), n: fc.nat(WINDOW) }) },
);
const history = fc.record({
  base: fc.oneof(fc.nat(1_000), fc.integer({ min: 2 ** 32 - 10, max: 2 ** 32 + 10 })),
  inherited: fc.oneof(fc.constant(0), fc.nat(2 * WINDOW)),
  steps: fc.array(step, { maxLength: 80 }),
});

/** Runs the steps with `check` after each. */
function run({ base, inherited, steps }: typeof history extends fc.Arbitrary<infer T> ? T : never): World {
  const world = new World(base, base + inherited);
  for (const { do: what, n } of steps) {
    if (what === 'claim' || what === 'claimFar') world.claim(world.watermark + n);
    else if (what === 'arrive') world.arrive(n === 0);
    else if (what === 'acknowledge') world.acknowledge(n);
    else if (what === 'withdraw') world.withdraw();
    else if (what === 'move') world.moveTo(world.watermark + n);
    else {
      world.now += n;
      world.propose();
    }
    world.check();
  }
  return world;
}

describe('DispatchCeiling', () => {
  it('allows only what a durable commit says and none has withdrawn, so that a crash at any time hides nothing', () => {
    fc.assert(
      fc.property(history, (steps) => void run(steps)),
      { numRuns: 1_000 },
    );
  });

  it('asks for a commit when somebody is refused, and the next one lets everybody go, wherever they are', () => {
    const wanted = fc.array(fc.oneof(fc.nat(WINDOW), fc.nat(2 ** 33)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(history, wanted, (steps, distances) => {
        const { ceiling, watermark, now } = run(steps);
        // One that is durable, whatever became of those before.
        ceiling.grant(ceiling.propose(watermark, now), now);
        const offsets = distances.map((distance) => watermark + distance);
        const refused = offsets.filter((offset) => !ceiling.claim(offset));
        expect(ceiling.isLow || refused.length === 0).toBe(true);
        ceiling.grant(ceiling.propose(watermark, now), now);
        expect(refused.filter((offset) => !ceiling.claim(offset))).toEqual([]);
      }),
    );
  });

  it('is not low by itself: nobody wants anything, so no commit is needed', () => {
    const ceiling = new DispatchCeiling(5, 20, WINDOW);
    expect(ceiling.isLow).toBe(false);
    ceiling.grant(ceiling.propose(5, 0), 0);
    expect(ceiling.isLow).toBe(false);
    for (let offset = 5; offset < 20; offset += 1) ceiling.claim(offset);
    expect(ceiling.isLow, 'the headroom is used up').toBe(true);
    ceiling.withdraw(5, 20, 0);
    expect(ceiling.isLow).toBe(false);
  });

  it('keeps what an earlier owner may have sent below the ceiling', () => {
    const ceiling = new DispatchCeiling(5, 60, WINDOW);
    expect(ceiling.claim(5), 'not before a commit of our own').toBe(false);
    expect(ceiling.propose(5, 0).ceiling).toBeGreaterThanOrEqual(60);
    expect(ceiling.withdraw(5, 60, 0).ceiling).toBe(60);
    expect(ceiling.withdraw(60, 0, 0).ceiling).toBe(60);
  });

  it('names exactly what was sent when it is withdrawn, and older proposals grant nothing any more', () => {
    const ceiling = new DispatchCeiling(0, 0, WINDOW);
    const early = ceiling.propose(0, 0);
    ceiling.grant(early, 20);
    const late = ceiling.propose(0, 10);
    expect([ceiling.claim(4), ceiling.claim(2)]).toEqual([true, true]);
    const last = ceiling.withdraw(0, 0, 20);
    expect(last.ceiling).toBe(5);
    ceiling.grant(late, 20);
    ceiling.grant(early, 20);
    expect(ceiling.claim(0)).toBe(false);
    ceiling.grant(last, 20);
    expect([ceiling.claim(4), ceiling.claim(5)]).toEqual([true, false]);
  });
});

/** Time in which the pace becomes known, and in which it is looked at, milliseconds. */
const WARMUP_MS = 2_000;
const WATCHED_MS = 2_000;

/**
 * Records that come at a steady pace, a millisecond, and are sent in order as soon as they may. Commits as the group
 * makes them, each of `latency` milliseconds. @param waiting most claims at a time
 */
function steadily(pace: number, latency: number, waiting: number) {
  const ceiling = new DispatchCeiling(0, 0, 4_096);
  const seen = { ahead: 0, commits: 0, heldMs: 0 };
  let sent = 0;
  let last = Number.NEGATIVE_INFINITY;
  let onItsWay: { readonly proposal: CeilingProposal; readonly at: number } | undefined;
  for (let now = 0; now < WARMUP_MS + WATCHED_MS; now += 1) {
    const isWatched = now >= WARMUP_MS;
    if (onItsWay !== undefined && onItsWay.at <= now) {
      ceiling.grant(onItsWay.proposal, now);
      onItsWay = undefined;
    }
    const due = Math.floor(now * pace);
    while (sent < due && ceiling.claim(sent)) sent += 1;
    if (sent < due && isWatched) seen.heldMs += 1;
    // Those behind wait for their turn with a claim of their own.
    for (let n = 1; n < waiting && sent + n < due; n += 1) ceiling.claim(sent + n);
    if (onItsWay !== undefined || now - last < (ceiling.isLow ? 20 : 1_000)) continue;
    const proposal = ceiling.propose(sent, now);
    onItsWay = { proposal, at: now + latency };
    last = now;
    if (!isWatched) continue;
    seen.commits += 1;
    seen.ahead = Math.max(seen.ahead, proposal.ceiling - sent);
  }
  return seen;
}

describe('the headroom of a DispatchCeiling', () => {
  it.each([0.5, 3, 11, 50, 110, 1_000, 10_000])('follows %d records a second', (pace) => {
    for (const latency of [2, 20, 100]) {
      for (const waiting of [1, 64]) {
        const { ahead, commits, heldMs } = steadily(pace / 1_000, latency, waiting);
        expect(ahead).toBeLessThanOrEqual(0.5 * pace + 8);
        expect(commits, 'in two seconds').toBeLessThan(50);
        expect(heldMs, 'somebody waits').toBeLessThan(20);
      }
    }
  });

  it('grows at once when somebody waits after a long rest: the pace of before says nothing', () => {
    const ceiling = new DispatchCeiling(0, 0, 4_096);
    ceiling.grant(ceiling.propose(0, 0), 0);
    let offset = 0;
    while (ceiling.claim(offset)) offset += 1;
    const { ceiling: next } = ceiling.propose(0, 3_600_000);
    expect(next - offset).toBeGreaterThan(16);
  });

  it('is short again after a burst, and after a gap that is longer than any window', () => {
    const ceiling = new DispatchCeiling(0, 0, 4_096);
    ceiling.grant(ceiling.propose(0, 0), 0);
    ceiling.claim(1_000_000);
    const first = ceiling.propose(1_000_000, 100);
    expect(first.ceiling - 1_000_001).toBeLessThanOrEqual(4_096);
    ceiling.grant(first, 100);
    let offset = 1_000_000;
    for (let now = 1_000; now < 20_000; now += 1_000) {
      for (let n = 0; n < 300; n += 1) ceiling.claim(offset++);
      ceiling.grant(ceiling.propose(offset, now), now);
    }
    expect(ceiling.propose(offset, 20_000).ceiling - offset).toBeLessThanOrEqual(0.5 * 300 + 8);
  });

  it('never reaches further than two windows behind the watermark', () => {
    const within = step.filter(({ do: what }) => what !== 'claimFar');
    fc.assert(
      fc.property(fc.array(within, { maxLength: 80 }), (steps) => {
        const world = run({ base: 0, inherited: 0, steps });
        expect(world.durable.ceiling - world.watermark).toBeLessThanOrEqual(2 * WINDOW);
      }),
    );
  });
});
