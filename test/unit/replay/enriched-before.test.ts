import { expect, it } from 'vitest';
import { readEnrichedBefore } from '../../../src/replay/enriched-before.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';
import { MemoryReader } from '../../support/memory-reader.ts';
import { type About, codec, outcome, SOURCE, SUBMITTED } from '../../support/outcome-world.ts';

const TOPIC = 'calls.enriched';

function open(outcomes: readonly About[], mostIds = 1_000) {
  const clock = new ManualClock();
  const reader = new MemoryReader({ [TOPIC]: 2 });
  const failures: unknown[] = [];
  const publish = (about: About, ending: Parameters<typeof outcome>[1] = SUBMITTED, partition = 0) =>
    void reader.append({ topic: TOPIC, partition }, outcome(about, ending));
  for (const about of outcomes) publish(about);
  const progress: [number, number][] = [];
  const read = () =>
    readEnrichedBefore(
      TOPIC,
      mostIds,
      { reader, codec, clock, failed: (error) => failures.push(error) },
      (done, all) => progress.push([done, all]),
      new AbortController().signal,
    );
  return { clock, reader, failures, publish, progress, read };
}

it('knows a call by its place and by its id, whoever published it and in whatever partition', async () => {
  const { publish, read, progress } = open([{ offset: 3, id: 'a' }]);
  publish({ offset: 4, id: 'b', group: 'another' }, SUBMITTED, 1);
  await using before = await read();
  expect(before.has(SOURCE, 3, 0, 'main', 'a')).toBe(true);
  // The mapping may give it another id now: it is the same call.
  expect(before.has(SOURCE, 3, 0, 'main', 'x')).toBe(true);
  expect(before.has(SOURCE, 4, 0, 'main', 'x')).toBe(true);
  // Another record of it.
  expect(before.has(SOURCE, 9, 0, 'main', 'b')).toBe(true);
  expect(before.has(SOURCE, 9, 0, 'other', 'b')).toBe(false);
  expect(before.has(SOURCE, 3, 1, 'main', 'x')).toBe(false);
  expect(before.counts).toEqual({ calls: 2, droppedIds: 0 });
  expect(progress.at(-1)).toEqual([2, 2]);
});

it('counts no skip, no call that was sent for its matches only, and nothing that is none of ours', async () => {
  const { publish, reader, read } = open([]);
  publish({ offset: 1 }, { outcome: 'skipped', reason: 'withheld' });
  publish({ offset: 2 }, { ...SUBMITTED, engagementRequested: false });
  reader.append({ topic: TOPIC, partition: 0 }, { value: Buffer.from('something else') });
  reader.append({ topic: TOPIC, partition: 0 }, { value: null });
  await using before = await read();
  expect(before.counts.calls).toBe(0);
  expect(before.has(SOURCE, 1, 0, 'main', 'call-1')).toBe(false);
  expect([1, 2, 3].map((offset) => before.hasSkip(SOURCE, offset, 0))).toEqual([true, false, false]);
});

it('does not take a call for done that was given up in doubt', async () => {
  const { publish, read } = open([]);
  publish({ offset: 1 }, { outcome: 'skipped', reason: 'in-doubt' });
  await using before = await read();
  expect(before.hasSkip(SOURCE, 1, 0)).toBe(false);
});

it('knows every record of a call that was made of several', async () => {
  const sources = [3, 8].map((offset) => ({ ...SOURCE, offset, timestamp: 0 }));
  const { read } = open([{ sources, id: 'folded' }]);
  await using before = await read();
  expect([3, 8, 5].map((offset) => before.has(SOURCE, offset, 0, 'main', 'x'))).toEqual([true, true, false]);
});

it('follows what is published meanwhile, also after trouble, and not after its end', async () => {
  const { clock, reader, publish, failures, read } = open([]);
  const before = await read();
  publish({ offset: 5, id: 'late' });
  await clock.elapse(1_000);
  expect(before.has(SOURCE, 5, 0, 'main', 'late')).toBe(true);
  reader.trouble = new Error('no broker');
  publish({ offset: 6, id: 'later' });
  await clock.elapse(1_000);
  expect(failures).toHaveLength(1);
  reader.trouble = undefined;
  await clock.elapse(1_000);
  expect(before.has(SOURCE, 6, 0, 'main', 'later')).toBe(true);
  await before[Symbol.asyncDispose]();
  await settled();
  expect(clock.pending).toBe(0);
});

it('says how many ids found no room; by their places these calls are known all the same', async () => {
  const { read } = open(
    [
      { offset: 1, id: 'a' },
      { offset: 2, id: 'b' },
    ],
    1,
  );
  await using before = await read();
  expect(before.counts).toEqual({ calls: 2, droppedIds: 1 });
  expect(before.has(SOURCE, 2, 0, 'main', 'b')).toBe(true);
  expect(before.has(SOURCE, 7, 0, 'main', 'b')).toBe(false);
});
