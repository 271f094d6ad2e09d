import { describe, expect, it } from 'vitest';
import { SlotWindow } from '../../../src/hubspot/slot-window.ts';

describe('SlotWindow', () => {
  it('gives a slot back one window after the answer, and at once when nothing was sent', () => {
    const slots = new SlotWindow(100);
    slots.take();
    slots.take();
    slots.giveBack();
    expect([slots.used, slots.nextReturn]).toEqual([1, Number.POSITIVE_INFINITY]);
    slots.spend(30);
    slots.reclaim(129);
    expect([slots.used, slots.nextReturn]).toEqual([1, 130]);
    slots.reclaim(130);
    expect([slots.used, slots.nextReturn]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('knows what the server may have counted between a mark and now', () => {
    const slots = new SlotWindow(100);
    slots.take();
    slots.spend(10);
    slots.reclaim(50);
    const { mark } = slots;
    slots.take();
    slots.take();
    // The first one comes back while the second is on its way: it may still have been counted with it.
    slots.reclaim(120);
    expect(slots.since(mark)).toBe(3);
    expect(slots.since(slots.mark)).toBe(2);
  });

  it('forgets what is over', () => {
    const slots = new SlotWindow(1);
    for (let now = 0; now < 100_000; now += 1) {
      slots.reclaim(now);
      slots.take();
      slots.spend(now);
    }
    slots.reclaim(100_000);
    expect([slots.used, slots.mark]).toEqual([0, 100_000]);
  });
});
