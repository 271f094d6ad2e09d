import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommitMetadata, encodeMetadata } from '../../../src/kafka/commit-metadata.ts';
import type { TopicPartition } from '../../../src/kafka/delivery.ts';
import type { OutputPosition } from '../../../src/kafka/output-marks.ts';
import type { Bounds, Committed } from '../../../src/kafka/positions.ts';
import { lossOf, type OutputLog, type TakeoverSettings, takeOver } from '../../../src/kafka/takeover.ts';
import { NOTHING_READ } from '../../support/sample-delivery.ts';

const PARTITION = { topic: 'calls.cdr', partition: 1 };
const GROUP = 'g';
const SINCE = [{ topic: 'calls.enriched', partition: 1, offset: 40 }];
const ENDS = [{ topic: 'calls.enriched', partition: 1, offset: 60 }];
const LEFT: CommitMetadata = {
  base: 100,
  done: Uint8Array.of(0b110),
  ceiling: 108,
  outputs: SINCE,
  group: GROUP,
  run: 'earlier.1',
  partitions: 2,
};

const never = () => new AbortController().signal;

function commitOf(metadata: CommitMetadata, partition = PARTITION.partition): Committed {
  return { topic: PARTITION.topic, partition, offset: metadata.base, metadata: encodeMetadata(metadata) };
}

/** Bounds of the partition, and of the other one of its topic. */
function boundsOf(low: number, high: number): Bounds[] {
  return [
    { ...PARTITION, low, high },
    { ...PARTITION, partition: 0, low: 0, high: 7 },
  ];
}

/** Takes `PARTITION` over; tells what was placed and what was read back, in this order. */
async function take(
  committed: readonly Committed[],
  bounds: readonly Bounds[],
  changes: Partial<TakeoverSettings> = {},
) {
  const happened: unknown[] = [];
  const outputs: OutputLog = {
    async readBack(_source: TopicPartition, since: readonly OutputPosition[] | undefined, isInDoubt: boolean) {
      happened.push({ readBack: since, isInDoubt });
      return { readBack: NOTHING_READ, outputs: ENDS };
    },
    ends: () => Promise.reject(new Error('nobody asks')),
  };
  const settings: TakeoverSettings = {
    group: GROUP,
    run: 'mine.1',
    startFrom: 'latest',
    outputs,
    place: async (partition, offset, skipped, metadata) => void happened.push({ partition, offset, skipped, metadata }),
    ...changes,
  };
  return { ...(await takeOver(PARTITION, { committed, bounds }, settings, never())), happened };
}

describe('taking a partition over', () => {
  it('goes on where the earlier owner was, with what it has done and published', async () => {
    const commit = commitOf(LEFT);
    const { takenOver, loss, happened } = await take([commit], boundsOf(0, 500));
    expect(takenOver).toMatchObject({ offset: 100, text: commit.metadata, readBack: NOTHING_READ, outputs: ENDS });
    expect(takenOver.metadata).toMatchObject({ ceiling: 108, outputs: SINCE });
    expect(takenOver.mark).toEqual({ group: GROUP, run: 'mine.1', partitions: 2 });
    expect(loss).toBeUndefined();
    expect(happened).toEqual([{ readBack: SINCE, isInDoubt: true }]);
  });

  it('is in no doubt after one that came to rest', async () => {
    const { happened } = await take([commitOf({ ...LEFT, ceiling: 100 })], boundsOf(0, 500));
    expect(happened).toEqual([{ readBack: SINCE, isInDoubt: false }]);
  });

  it.each([
    ['a tool has moved the offset', { ...commitOf(LEFT), offset: 90 }],
    ['another group has committed it', commitOf({ ...LEFT, group: 'another' })],
    ['nothing is said with it', { ...commitOf(LEFT), metadata: '' }],
  ])('does all of it again where %s', async (_, commit) => {
    const { takenOver, happened } = await take([commit], boundsOf(0, 500));
    expect(takenOver).toMatchObject({ offset: commit.offset, metadata: undefined, outputs: ENDS });
    expect(takenOver.mark.partitions, 'nothing tells how the group began').toBe(0);
    expect(happened).toEqual([{ readBack: undefined, isInDoubt: false }]);
  });

  it('doubts nothing behind the end: nobody can have sent a record that was not there', async () => {
    const end = await take([commitOf(LEFT)], boundsOf(0, 104));
    expect(end.takenOver.metadata?.ceiling).toBe(104);
    const rest = await take([commitOf(LEFT)], boundsOf(0, 100));
    expect(rest.takenOver.metadata?.ceiling).toBe(100);
    expect(rest.happened).toEqual([{ readBack: SINCE, isInDoubt: false }]);
  });

  it('commits where it begins before it looks at anything else, when the group begins', async () => {
    const { takenOver, loss, happened } = await take([], boundsOf(20, 500));
    const mark = { group: GROUP, run: 'mine.1', partitions: 2 };
    const metadata = { base: 500, done: new Uint8Array(), ceiling: 500, outputs: [], ...mark };
    expect(happened).toEqual([
      { partition: PARTITION, offset: 500, skipped: 480, metadata },
      { readBack: undefined, isInDoubt: false },
    ]);
    expect(takenOver).toMatchObject({ offset: 500, metadata: undefined, outputs: ENDS, mark });
    expect(loss).toBeUndefined();
  });

  it('begins at the start of a partition that was added since', async () => {
    const { happened } = await take([commitOf({ ...LEFT, partitions: 1 }, 0)], boundsOf(20, 500));
    expect(happened[0]).toMatchObject({ offset: 20, skipped: 0, metadata: { partitions: 1 } });
  });

  it('fails when it cannot be placed or not be read back, so that it is tried again', async () => {
    const fails = () => Promise.reject(new Error('no broker'));
    await expect(take([], boundsOf(0, 5), { place: fails })).rejects.toThrow('no broker');
    const outputs = { readBack: fails, ends: fails };
    await expect(take([commitOf(LEFT)], boundsOf(0, 500), { outputs })).rejects.toThrow('no broker');
  });

  it('tells what was deleted before it was done', async () => {
    expect(await take([commitOf(LEFT)], boundsOf(104, 500))).toMatchObject({ loss: { records: 2, resumeAt: 104 } });
  });

  it('tells of a topic that was made anew', async () => {
    expect(await take([commitOf(LEFT)], boundsOf(0, 7))).toMatchObject({
      loss: { records: undefined, resumeAt: 0 },
      takenOver: { offset: 100, metadata: { ceiling: 100 } },
    });
  });

  it('takes a partition whose bounds no broker told for no loss', async () => {
    expect((await take([commitOf(LEFT)], [])).loss).toBeUndefined();
    expect((await take([], [])).takenOver.offset).toBe(0);
  });
});

describe('records that were lost', () => {
  it('are those between the committed offset and the first that is there, without those that are done', () => {
    const scene = fc.record({
      offset: fc.nat(2 ** 33),
      bits: fc.uint8Array({ maxLength: 8 }),
      low: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -20, max: 100 })),
      length: fc.oneof(fc.nat(5), fc.nat(100)),
    });
    fc.assert(
      fc.property(scene, fc.boolean(), ({ offset, bits, low: ahead, length }, isTold) => {
        const low = Math.max(0, offset + ahead);
        const high = low + length;
        const metadata = isTold ? { ...LEFT, base: offset, ceiling: offset, done: bits } : undefined;
        const loss = lossOf(offset, metadata, { low, high });
        if (offset > high) {
          expect(loss).toEqual({ records: undefined, resumeAt: low });
          return;
        }
        const isDone = (one: number) =>
          isTold && (((bits[Math.floor((one - offset) / 8)] ?? 0) >> ((one - offset) % 8)) & 1) === 1;
        const deleted = Array.from({ length: Math.max(0, low - offset) }, (_, n) => offset + n);
        const records = deleted.filter((one) => !isDone(one)).length;
        expect(loss).toEqual(offset >= low ? undefined : { records, resumeAt: low });
      }),
      { numRuns: 500 },
    );
  });

  it('are counted at once, however many', () => {
    const low = 2 ** 40;
    expect(lossOf(0, { ...LEFT, base: 0 }, { low, high: low })).toEqual({ records: low - 2, resumeAt: low });
  });
});
