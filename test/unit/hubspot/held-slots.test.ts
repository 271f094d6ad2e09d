import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldSlots } from '../../../src/hubspot/held-slots.ts';
import { NOTHING, type Share, shareOf, WHOLE } from '../../../src/hubspot/share.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const WINDOW = 10_000;
/** From the gain of a slot to its use. */
const SETTLING = WINDOW + 2_000;
const SLOTS = 110;

describe('HeldSlots', () => {
  it('has nothing until it is told, and all of its share once that is settled', () => {
    const clock = new ManualClock();
    const held = new HeldSlots(WINDOW, clock);
    expect([held.usable(SLOTS), held.owned(SLOTS)]).toEqual([0, 0]);
    held.set(WHOLE, clock.now());
    expect([held.usable(SLOTS), held.owned(SLOTS), held.settlesAt]).toEqual([0, SLOTS, SETTLING]);
    held.settle();
    expect([held.usable(SLOTS), held.usable(7), held.owned(SLOTS)]).toEqual([SLOTS, 7, SLOTS]);
  });

  it('loses at once, and gains a window later', () => {
    const clock = new ManualClock();
    const held = new HeldSlots(WINDOW, clock);
    held.set(WHOLE, clock.now());
    held.settle();
    held.set(shareOf([0], 2), clock.now());
    expect(held.usable(SLOTS)).toBe(55);
    clock.advance(SETTLING);
    held.set(WHOLE, clock.now());
    expect([held.usable(SLOTS), held.owned(SLOTS)]).toEqual([55, SLOTS]);
    clock.advance(SETTLING - 1);
    expect(held.usable(SLOTS)).toBe(55);
    clock.advance(1);
    expect(held.usable(SLOTS)).toBe(SLOTS);
  });

  it('counts what it had at its lowest within the last window', () => {
    const clock = new ManualClock();
    const held = new HeldSlots(WINDOW, clock);
    held.set(NOTHING, clock.now());
    clock.advance(3_000);
    held.set(shareOf([0], 11), clock.now());
    clock.advance(3_000);
    held.set(WHOLE, clock.now());
    expect(held.usable(SLOTS)).toBe(0);
    clock.advance(SETTLING - 3_000);
    expect(held.usable(SLOTS)).toBe(10);
    clock.advance(3_000);
    expect(held.usable(SLOTS)).toBe(SLOTS);
  });

  it('says when the number may change, to the millisecond', () => {
    // Times of `Clock.now` have fractions.
    const after = fc.oneof(
      fc.nat(40_000),
      fc.nat(40_000_000).map((us) => us / 1_000),
    );
    const event = fc.record({ parts: fc.subarray([0, 1, 2, 3, 4, 5, 6]), after });
    // A number that was told 0.25 ms too late: the place of a slot was rounded to 0.3 ms.
    const late = [
      { parts: [], after: 7_397 },
      { parts: [2], after: 31_273 },
      { parts: [4], after: 1_653 },
      { parts: [4], after: 249 },
    ];
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (events, slots) => {
        const clock = new ManualClock();
        const times = { now: () => clock.now(), wall: () => 1e12 + Math.floor(clock.now()) };
        const [held, looked] = [new HeldSlots(WINDOW, times), new HeldSlots(WINDOW, times)];
        for (const { parts, after } of events) {
          held.set(shareOf(parts, 7), clock.now());
          looked.set(shareOf(parts, 7), clock.now());
          const end = clock.now() + after;
          while (clock.now() < end) {
            const next = Math.min(end, held.changesAt(slots));
            expect(next).toBeGreaterThan(clock.now());
            const before = held.usable(slots);
            clock.advance(Math.max(0, next - clock.now() - 0.01));
            // Nothing is kept here: it reckons anew each time.
            looked.usable(0);
            expect(looked.usable(slots)).toBe(before);
            clock.advance(next - clock.now());
          }
        }
      }),
      { examples: [[late, 33]] },
    );
  });

  it('never has more than its neighbours leave, and loses one slot in 24 of an arc', () => {
    const instances = 64;
    const clock = new ManualClock();
    const held = Array.from({ length: instances }, (_, n): { slots: HeldSlots; share: Share } => {
      return { slots: new HeldSlots(WINDOW, clock), share: shareOf([n], instances) };
    });
    for (const { slots, share } of held) slots.set(share, clock.now());
    clock.advance(SETTLING);
    let [sum, samples] = [0, 0];
    for (; samples < 3_000; samples += 1) {
      const usable = held.map(({ slots }) => slots.usable(SLOTS));
      const all = usable.reduce((one, other) => one + other, 0);
      expect(all).toBeLessThanOrEqual(SLOTS);
      expect(Math.min(...usable)).toBeGreaterThanOrEqual(1);
      sum += all;
      clock.advance(100);
    }
    expect(sum / samples / SLOTS).toBeGreaterThan(1 - instances / (24 * SLOTS) - 0.001);
  });

  it('is safe with clocks 1 s apart and answers of 1.5 s: who had a slot is not counted when the next one uses it', () => {
    // One slot, which goes from a clock that is slow to one that is fast: not a millisecond is left over.
    const apart: Case = { skews: [-500, 500, 0], changes: [{ owners: [0, 1], after: 600_000 }], slots: 1 };
    const change = fc.record({
      owners: fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }),
      after: fc.oneof(fc.nat(3_000), fc.nat(40_000), fc.nat(400_000)),
    });
    const skew = fc.integer({ min: -500, max: 500 });
    const chance: fc.Arbitrary<Case> = fc.record({
      skews: fc.tuple(skew, skew, skew),
      changes: fc.array(change, { minLength: 1, maxLength: 6 }),
      slots: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(chance, (one) => {
        expect(mostCounted(one)).toBeLessThanOrEqual(one.slots);
      }),
      { examples: [[apart]] },
    );
    // And all that is there is used.
    expect(mostCounted(apart)).toBe(1);
  });

  it('does not count a slot that comes or goes as the share changes: another clock may tell the other order', () => {
    // Of two slots, 300 s apart, one passes 0.5, and the other one the beginning.
    const [left, right] = [[{ from: 0.4, to: 0.5 }], shareOf([0, 9], 10)];
    const passing = (changes: readonly { readonly share: Share; readonly at: number }[]) => {
      const clock = new ManualClock(0);
      const held = new HeldSlots(WINDOW, clock);
      for (const { share, at } of changes) {
        clock.advance(at - clock.now());
        held.set(share, clock.now());
      }
      return { held, clock };
    };
    const goes = passing([
      { share: left, at: 0 },
      { share: right, at: 300_000 - 300 },
    ]);
    expect([goes.held.usable(2), goes.held.owned(2)]).toEqual([0, 1]);
    goes.clock.advance(SETTLING);
    expect(goes.held.usable(2)).toBe(1);

    // Of three slots one comes to 1/3 while another one stays in the share before.
    const comes = passing([
      { share: [{ from: 0.6, to: 0.7 }], at: 0 },
      { share: [{ from: 1 / 3, to: 0.4 }], at: 300_000 + 300 },
    ]);
    expect([comes.held.usable(3), comes.held.owned(3)]).toEqual([0, 1]);
    // A window after the slot came, not after the change.
    comes.clock.advance(SETTLING - 301);
    expect(comes.held.usable(3)).toBe(0);
    comes.clock.advance(1);
    expect(comes.held.usable(3)).toBe(1);

    const leaves = passing([{ share: left, at: 300_000 - 501 }]);
    expect(leaves.held.owned(2)).toBe(1);
    leaves.clock.advance(1);
    expect(leaves.held.owned(2)).toBe(0);
  });
});

/** Which instance has which partition, one after the other, and for how long (milliseconds). */
interface Case {
  /** By how much the wall clock of each instance is off, milliseconds. */
  readonly skews: readonly number[];
  readonly changes: readonly { readonly owners: readonly number[]; readonly after: number }[];
  readonly slots: number;
}

/**
 * The most requests that a server can count in a window: of each instance as many as it could have in use at any moment
 * from the window, and the 1.5 s that a request may be on its way, before.
 */
function mostCounted({ skews, changes, slots }: Case): number {
  const clock = new ManualClock(0);
  const held = skews.map((skew) => {
    return new HeldSlots(WINDOW, { now: () => clock.now(), wall: () => 1e12 + clock.now() + skew });
  });
  const seen: { readonly until: number; readonly usable: readonly number[] }[] = [];
  let most = 0;
  for (const { owners, after } of changes) {
    for (const [n, one] of held.entries()) {
      const parts = owners.keys().filter((part) => owners[part] === n);
      one.set(shareOf(parts, owners.length), clock.now());
    }
    const end = clock.now() + after;
    while (clock.now() < end) {
      const until = Math.min(end, ...held.map((one) => one.changesAt(slots)));
      seen.push({ until, usable: held.map((one) => one.usable(slots)) });
      const counted = seen.filter((one) => one.until > clock.now() - WINDOW - 1_500);
      const each = held.map((_, n) => Math.max(...counted.map(({ usable }) => usable[n] ?? 0)));
      most = Math.max(
        most,
        each.reduce((one, other) => one + other, 0),
      );
      clock.advance(until - clock.now());
    }
  }
  return most;
}
