import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createFairSlots, type PortalSlots, type SlotBounds } from '../../../src/hubspot/fair-slots.ts';
import { settled } from '../../support/manual-clock.ts';

/** Portals by number, and works that end when the test says so. */
function setUp(bounds: SlotBounds, portals: number) {
  const slots = createFairSlots(bounds);
  const opened: PortalSlots[] = Array.from({ length: portals }, () => slots.open());
  const started: { portal: number; name: string; end: () => void }[] = [];
  const submit = (portal: number, name = '') =>
    opened[portal]?.run(() => {
      const { promise, resolve } = Promise.withResolvers<string>();
      started.push({ portal, name, end: () => resolve(name) });
      return promise;
    });
  const held = (portal: number) => opened[portal]?.activeCount ?? 0;
  const all = () => opened.reduce((sum, { activeCount }) => sum + activeCount, 0);
  return { submit, started, held, all };
}

describe('slots', () => {
  it('are all of one portal, up to its own bound', async () => {
    const { submit, held, started } = setUp({ perPortal: 4, total: 100 }, 1);
    for (let n = 0; n < 6; n += 1) submit(0, `call-${n}`);
    expect(held(0)).toBe(4);
    started[2]?.end();
    await settled();
    expect(started.map(({ name }) => name)).toEqual(['call-0', 'call-1', 'call-2', 'call-3', 'call-4']);
  });

  it('give what the work gives, and are free again after a failure', async () => {
    const slots = createFairSlots({ perPortal: 1, total: 1 }).open();
    const failed = slots.run(() => Promise.reject(new Error('refused')));
    const thrown = slots.run(() => {
      throw new Error('broken');
    });
    const done = slots.run(() => 7);
    await expect(failed).rejects.toThrow('refused');
    await expect(thrown).rejects.toThrow('broken');
    expect(await done).toBe(7);
    expect(slots.activeCount).toBe(0);
  });

  it.each([1, 2, 3, 9])('%d portals that hang leave one part in as many and one more free', (portals) => {
    const { submit, all } = setUp({ perPortal: 1_000, total: 100 }, portals);
    for (let n = 0; n < 200; n += 1) for (let portal = 0; portal < portals; portal += 1) submit(portal);
    expect(100 - all()).toBeGreaterThanOrEqual(Math.floor(100 / (portals + 1)));
  });

  it.each([
    ['one after the other', (n: number) => 1 + Math.floor(n / 64)],
    ['side by side', (n: number) => 1 + (n % 100)],
  ])('are there at once for a portal with nothing on the wire while 100 hang that came %s', (_, portalOf) => {
    const { submit, held } = setUp({ perPortal: 64, total: 1_024 }, 101);
    for (let n = 0; n < 6_400; n += 1) submit(portalOf(n));
    for (let portal = 1; portal <= 100; portal += 1) expect(held(portal)).toBeGreaterThanOrEqual(1);
    submit(0);
    expect(held(0)).toBe(1);
  });

  it('go round by portal when there are too few for all', async () => {
    const { submit, started } = setUp({ perPortal: 8, total: 1 }, 3);
    for (const portal of [0, 0, 0, 1, 1, 2]) submit(portal);
    for (let n = 0; n < 6; n += 1) {
      started[n]?.end();
      await settled();
    }
    expect(started.map(({ portal }) => portal)).toEqual([0, 1, 2, 0, 1, 0]);
  });
});

const PORTALS = 5;
const bounds = fc.record({ perPortal: fc.integer({ min: 1, max: 6 }), total: fc.integer({ min: 1, max: 12 }) });
const step = fc.oneof(
  fc.nat(PORTALS - 1).map((portal) => ({ kind: 'submit', portal }) as const),
  fc.nat(30).map((n) => ({ kind: 'end', n }) as const),
);

/** What may be on the wire, reckoned anew from the rule each time. */
function mayStart({ perPortal, total }: SlotBounds, onWire: readonly number[], portal: number): boolean {
  const free = total - onWire.reduce((sum, count) => sum + count, 0);
  const reserved = Math.floor(total / 4);
  const held = onWire[portal] ?? 0;
  return held < perPortal && (held === 0 ? free > 0 : held < free - reserved);
}

test('the bounds hold, nobody waits who may go, order holds within a portal, and all come to their end', async () => {
  await fc.assert(
    fc.asyncProperty(bounds, fc.array(step, { maxLength: 80 }), async (bounds, steps) => {
      const { submit, started, held } = setUp(bounds, PORTALS);
      const submitted = Array.from({ length: PORTALS }, () => 0);
      const ended = new Set<number>();
      const endOne = async (n: number) => {
        const running = started.flatMap((_, index) => (ended.has(index) ? [] : [index]));
        const index = running[n % Math.max(1, running.length)];
        if (index === undefined) return;
        ended.add(index);
        started[index]?.end();
        await settled();
      };
      const check = () => {
        const onWire = submitted.map((_, portal) => held(portal));
        expect(onWire.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(bounds.total);
        for (const [portal, count] of onWire.entries()) {
          expect(count).toBeLessThanOrEqual(bounds.perPortal);
          const names = started.filter((work) => work.portal === portal).map(({ name }) => Number(name));
          expect(names).toEqual(names.map((_, index) => index));
          if (names.length < (submitted[portal] ?? 0)) expect(mayStart(bounds, onWire, portal)).toBe(false);
        }
      };
      for (const step of steps) {
        if (step.kind === 'end') await endOne(step.n);
        else {
          submit(step.portal, String(submitted[step.portal]));
          submitted[step.portal] = (submitted[step.portal] ?? 0) + 1;
        }
        check();
      }
      const all = submitted.reduce((sum, count) => sum + count, 0);
      for (let n = 0; n < 200 && ended.size < all; n += 1) {
        await endOne(0);
        check();
      }
      expect(ended.size).toBe(all);
    }),
    { numRuns: 200 },
  );
});

test('however the others behave, a portal that waits gets its turn before each of them has had two', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 8 }), async (total, portals) => {
      const { submit, started } = setUp({ perPortal: 64, total }, portals);
      for (let n = 0; n < 10; n += 1) for (let portal = 1; portal < portals; portal += 1) submit(portal);
      const before = started.length;
      submit(0);
      let turns = 0;
      while (!started.some(({ portal }) => portal === 0)) {
        started[turns]?.end();
        turns += 1;
        await settled();
        expect(started.length - before).toBeLessThanOrEqual(2 * portals + total);
      }
    }),
  );
});
