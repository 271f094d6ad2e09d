import { expect, it } from 'vitest';
import { followTopic } from '../../../src/kafka/topic-follower.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

const part = (partition: number) => ({ topic: 't', partition });

it('gives what comes, from where it begins, until it is stopped', async () => {
  const clock = new ManualClock();
  const reader = new MemoryReader({ t: 2 });
  const stop = new AbortController();
  const seen: string[] = [];
  for (const partition of [0, 0, 1]) reader.append(part(partition), {});
  const following = followTopic(
    't',
    new Map([
      [0, 1],
      [1, 1],
    ]),
    ({ partition, offset }) => seen.push(`${partition}@${offset}`),
    { reader, clock, signal: stop.signal },
  );
  await settled();
  expect(seen).toEqual(['0@1']);
  reader.append(part(1), {});
  reader.append(part(0), {});
  await clock.elapse(200);
  expect(seen).toEqual(['0@1', '0@2', '1@1']);
  stop.abort();
  await following;
  expect(clock.pending).toBe(0);
});

it('tells of trouble, unless it was stopped', async () => {
  const reader = new MemoryReader({ t: 1 });
  reader.trouble = new Error('no broker');
  const parts = { reader, clock: new ManualClock() };
  const from = new Map([[0, 0]]);
  await expect(followTopic('t', from, () => {}, { ...parts, signal: new AbortController().signal })).rejects.toThrow(
    'no broker',
  );
  await followTopic('t', from, () => {}, { ...parts, signal: AbortSignal.abort() });
});
