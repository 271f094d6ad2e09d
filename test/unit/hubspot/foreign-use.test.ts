import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForeignUse } from '../../../src/hubspot/foreign-use.ts';

const WINDOW = 100;
const note = fc.record({ slots: fc.integer({ min: -3, max: 12 }), fades: fc.boolean(), after: fc.nat(60) });

describe('ForeignUse', () => {
  it('is the most that any answer shows, in full for a window, then less from slot to slot', () => {
    fc.assert(
      fc.property(fc.array(note, { maxLength: 30 }), (notes) => {
        const foreign = new ForeignUse();
        const all: { slots: number; until: number; fading: number }[] = [];
        let now = 0;
        for (const { slots, fades, after } of notes) {
          const one = { slots, until: now + WINDOW, fading: fades ? WINDOW : 0 };
          foreign.note(one.slots, one.until, one.fading);
          // What came before and was no more is dropped for the newer one.
          all.splice(0, all.length, ...all.filter((other) => slots <= 0 || other.slots > slots), one);
          now += after;
          const left = all.map((each) => {
            const over = Math.max(0, now - each.until);
            if (over === 0 && now < each.until) return each.slots;
            return over >= each.fading ? 0 : each.slots - Math.floor((over * each.slots) / each.fading + 1e-9);
          });
          expect(foreign.slotsAt(now)).toBe(Math.max(0, ...left));
        }
      }),
    );
  });

  it('says when it will be less', () => {
    const foreign = new ForeignUse();
    expect(foreign.nextReturn(0)).toBe(Number.POSITIVE_INFINITY);
    foreign.note(4, 100, 100);
    expect([foreign.slotsAt(0), foreign.nextReturn(0)]).toEqual([4, 125]);
    expect([foreign.slotsAt(125), foreign.nextReturn(125)]).toEqual([3, 150]);
    foreign.note(2, 250, 0);
    expect([foreign.slotsAt(150), foreign.slotsAt(249), foreign.nextReturn(249)]).toEqual([2, 2, 250]);
    expect([foreign.slotsAt(250), foreign.nextReturn(250)]).toEqual([0, Number.POSITIVE_INFINITY]);
  });
});
