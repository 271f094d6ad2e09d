import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUserSync, FIRST_WAIT_MS, PAUSE_MS } from '../../../src/hubspot/user-sync.ts';
import type { UserEntry } from '../../../src/hubspot/user-table.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const HOUR = 3_600_000;

function setUp(refresh = HOUR) {
  const clock = new ManualClock();
  const reads: PromiseWithResolvers<readonly UserEntry[]>[] = [];
  const told: unknown[] = [];
  const sync = createUserSync(refresh, {
    read() {
      const read = Promise.withResolvers<readonly UserEntry[]>();
      reads.push(read);
      return read.promise;
    },
    clock,
    synced: (users, ms) => told.push([users, ms]),
    failed: (_error, isRepeated) => told.push(isRepeated ? 'failed again' : 'failed'),
  });
  const end = async (userId: number | undefined) => {
    if (userId === undefined) reads.at(-1)?.reject(new Error('no answer'));
    else reads.at(-1)?.resolve([['a', userId]]);
    await settled();
  };
  return { clock, reads, told, sync, end, userOf: () => sync.table()?.find('a') };
}

describe('a user sync', () => {
  it('does nothing until it is asked, and has no timer afterwards', async () => {
    const { clock, reads, told, sync, end, userOf } = setUp();
    expect([reads.length, clock.pending, sync.first]).toEqual([0, 0, undefined]);
    expect(userOf()).toBeUndefined();
    const { first } = sync;
    clock.advance(500);
    await end(1);
    await first;
    expect([userOf(), sync.first, reads.length, clock.pending]).toEqual([1, undefined, 1, 0]);
    expect(told).toEqual([[1, 500]]);
  });

  it('is waited for once, and not long', async () => {
    const { clock, reads, sync, userOf } = setUp();
    userOf();
    const { first } = sync;
    await clock.elapse(FIRST_WAIT_MS - 1);
    expect(sync.first).toBe(first);
    await clock.elapse(1);
    await first;
    userOf();
    expect([sync.first, reads.length]).toEqual([undefined, 1]);
  });

  it('keeps the old table while it reads a new one, and when that fails', async () => {
    const { clock, reads, told, end, userOf } = setUp();
    userOf();
    await end(1);
    clock.advance(HOUR - 1);
    expect([userOf(), reads.length]).toEqual([1, 1]);
    clock.advance(1);
    expect([userOf(), userOf(), reads.length]).toEqual([1, 1, 2]);
    await end(undefined);
    expect([userOf(), reads.length]).toEqual([1, 2]);
    clock.advance(PAUSE_MS);
    expect([userOf(), reads.length]).toEqual([1, 3]);
    await end(undefined);
    clock.advance(PAUSE_MS);
    userOf();
    await end(2);
    expect(userOf()).toBe(2);
    expect(told).toEqual([[1, 0], 'failed', 'failed again', [1, 0]]);
  });

  it('is never made twice within a minute', async () => {
    const { clock, reads, end, userOf } = setUp(0);
    userOf();
    await end(1);
    clock.advance(PAUSE_MS - 1);
    expect([userOf(), reads.length]).toEqual([1, 1]);
    clock.advance(1);
    expect([userOf(), reads.length]).toEqual([1, 2]);
  });

  it('is not waited for again after the first one has failed', async () => {
    const { clock, sync, end, userOf } = setUp();
    userOf();
    await end(undefined);
    clock.advance(PAUSE_MS);
    userOf();
    expect(sync.first).toBeUndefined();
    await end(3);
    expect(userOf()).toBe(3);
  });

  it('reads one at a time, when it is due and asked, whatever happens', async () => {
    const step = fc.oneof(
      fc.record({ pass: fc.constantFrom(1, FIRST_WAIT_MS, PAUSE_MS, HOUR) }),
      fc.constant('ask' as const),
      fc.record({
        end: fc.option(
          fc.nat({ max: 9 }).map((n) => n + 1),
          { nil: undefined },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { clock, reads, sync, end, userOf } = setUp();
        // The model: the last good answer, when the next read may begin, and whether one is under way.
        const model = { user: undefined as number | undefined, due: 0, isReading: false, reads: 0, since: 0 };
        for (const one of steps) {
          if (one === 'ask') {
            if (!model.isReading && clock.now() >= model.due) {
              if (model.reads === 0) model.since = clock.now();
              model.isReading = true;
              model.reads += 1;
            }
            expect(userOf()).toBe(model.user);
          } else if ('pass' in one) {
            await clock.elapse(one.pass);
          } else if (model.isReading) {
            await end(one.end);
            model.isReading = false;
            model.due = clock.now() + (one.end === undefined ? PAUSE_MS : HOUR);
            model.user = one.end ?? model.user;
          }
          expect(reads.length).toBe(model.reads);
          const isFirst = model.reads === 1 && model.isReading && clock.now() < model.since + FIRST_WAIT_MS;
          expect(sync.first !== undefined).toBe(isFirst);
          expect(clock.pending).toBe(isFirst ? 1 : 0);
        }
      }),
    );
  });
});
