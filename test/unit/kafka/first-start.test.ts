import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMetadata } from '../../../src/kafka/commit-metadata.ts';
import { type FirstStart, firstStart, partitionsAtStart, type StartFrom } from '../../../src/kafka/first-start.ts';
import type { Bounds, Committed } from '../../../src/kafka/positions.ts';

const TOPIC = 'calls.cdr';
const GROUP = 'g';

const boundsOf = (count: number, topic = TOPIC): Bounds[] =>
  Array.from({ length: count }, (_, partition) => ({ topic, partition, low: 10 * partition, high: 1_000 + partition }));

function commit(partition: number, partitions: number, { offset = 5, group = GROUP, topic = TOPIC } = {}): Committed {
  const metadata = { base: offset, done: new Uint8Array(), ceiling: offset, outputs: [], group, run: 'r', partitions };
  return { topic, partition, offset, metadata: encodeMetadata(metadata) };
}

/** As a tool writes it that sets the offsets of a group. */
const byTool = (partition: number): Committed => ({ topic: TOPIC, partition, offset: 5, metadata: '' });

describe('where a group begins', () => {
  const bounds = { low: 40, high: 100 };

  it('is startFrom when the group starts on the topic', () => {
    expect(firstStart(2, bounds, 4, 'latest')).toEqual({ offset: 100, skipped: 60 });
    expect(firstStart(2, bounds, 4, 'earliest')).toEqual({ offset: 40, skipped: 0 });
  });

  it('is the beginning of a partition that was added since', () => {
    expect(firstStart(4, bounds, 4, 'latest')).toEqual({ offset: 40, skipped: 0 });
    expect(firstStart(4, bounds, 4, 'earliest')).toEqual({ offset: 40, skipped: 0 });
  });
});

describe('the partitions that a topic had at the start of its group', () => {
  const atStart = (...committed: Committed[]) =>
    partitionsAtStart(committed, [...boundsOf(6), ...boundsOf(9, 'other')], GROUP, TOPIC);

  it('are those that it has, when the group has never committed on it', () => {
    expect(atStart()).toBe(6);
    expect(atStart(commit(0, 2, { topic: 'other' }))).toBe(6);
  });

  it('are the fewest that a commit tells of', () => {
    expect(atStart(commit(0, 4), commit(1, 4), commit(5, 6))).toBe(4);
    expect(atStart(commit(0, 4), byTool(1))).toBe(4);
  });

  it('are none when no commit tells: then nothing is left out', () => {
    expect(atStart(byTool(0))).toBe(0);
    expect(atStart(commit(0, 4, { group: 'another' }))).toBe(0);
  });
});

/** Members that place partitions, each by what it saw of the commits at some time, and what comes of it. */
function place(
  found: readonly Committed[],
  count: number,
  startFrom: StartFrom,
  order: readonly { readonly partition: number; readonly sees: number }[],
): Map<number, FirstStart> {
  const made: Committed[] = [];
  const starts = new Map<number, FirstStart>();
  const bounds = boundsOf(count);
  for (const { partition, sees } of order) {
    const committed = [...found, ...made.slice(0, sees)];
    const atStart = partitionsAtStart(committed, bounds, GROUP, TOPIC);
    // One that has a commit is taken over as it is: its next commit carries the same mark.
    const isKnown = found.some((one) => one.partition === partition);
    const [bound] = bounds.filter((one) => one.partition === partition);
    if (bound === undefined) throw new Error('no such partition');
    const start = firstStart(partition, bound, atStart, startFrom);
    if (!isKnown) starts.set(partition, start);
    made.push(commit(partition, atStart, { offset: start.offset }));
  }
  return new Map([...starts].sort(([a], [b]) => a - b));
}

describe('members that place their own partitions', () => {
  const count = fc.integer({ min: 1, max: 8 });
  const startFrom = fc.constantFrom<StartFrom>('latest', 'earliest');

  it('come to the same, in whatever order they do it and whatever they have seen of the others', () => {
    const found = fc.array(fc.record({ partition: fc.nat(7), told: fc.option(fc.integer({ min: 1, max: 8 })) }));
    fc.assert(
      fc.property(
        count,
        startFrom,
        found,
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        (n, from, some, seed) => {
          const committed = some
            .filter(({ partition }) => partition < n)
            .map(({ partition, told }) => (told === null ? byTool(partition) : commit(partition, told)));
          const inOrder = Array.from({ length: n }, (_, partition) => ({ partition, sees: 0 }));
          const shuffled = inOrder
            .map(({ partition }) => ({ partition, sees: (seed[partition] ?? 0) % 9, rank: seed[partition] ?? 0 }))
            .sort((a, b) => a.rank - b.rank);
          expect(place(committed, n, from, shuffled)).toEqual(place(committed, n, from, inOrder));
        },
      ),
    );
  });

  it('leave nothing out of what was added after the start, and out of all else what was there before it', () => {
    fc.assert(
      fc.property(count, count, (first, more) => {
        const before = place(
          [],
          first,
          'latest',
          boundsOf(first).map(({ partition }) => ({ partition, sees: 0 })),
        );
        expect([...before.values()].map(({ offset }) => offset)).toEqual(boundsOf(first).map(({ high }) => high));
        const committed = boundsOf(first).map(({ partition }) => commit(partition, first));
        const all = boundsOf(first + more);
        const after = place(
          committed,
          all.length,
          'latest',
          all.map(({ partition }) => ({ partition, sees: 9 })),
        );
        const added = all.slice(first);
        expect([...after.values()]).toEqual(added.map(({ low }) => ({ offset: low, skipped: 0 })));
        expect([...after.keys()]).toEqual(added.map(({ partition }) => partition));
      }),
    );
  });
});
