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

  it('says when the number may change', () => {
    const event = fc.record({ parts: fc.subarray([0, 1, 2, 3, 4, 5, 6]), after: fc.nat(40_000) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (events, slots) => {
        const clock = new ManualClock();
        // A wall clock of whole milliseconds would be off by one of them.
        const times = { now: () => clock.now(), wall: () => 1e12 + clock.now() };
        const [held, looked] = [new HeldSlots(WINDOW, times), new HeldSlots(WINDOW, times)];
        for (const { parts, after } of events) {
          held.set(shareOf(parts, 7), clock.now());
          looked.set(shareOf(parts, 7), clock.now());
          const end = clock.now() + after;
          while (clock.now() < end) {
            const next = Math.min(end, held.changesAt(slots));
            expect(next).toBeGreaterThan(clock.now());
            const before = held.usable(slots);
            clock.advance((next - clock.now()) * 0.999);
            // Nothing is kept here: it reckons anew each time.
            looked.usable(0);
            expect(looked.usable(slots)).toBe(before);
            clock.advance(next - clock.now());
          }
        }
      }),
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
});
