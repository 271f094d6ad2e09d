import { describe, expect, it } from 'vitest';
import { encodeMetadata } from '../../../src/kafka/commit-metadata.ts';
import { isOutOfRange, standingOf } from '../../../src/offsets/standing.ts';

function standing(offset: number | undefined, [start, end]: readonly [number, number], metadata = '') {
  return standingOf({ group: 'g', topic: 'calls', partition: 0, committed: { offset, metadata }, start, end });
}

const metadataOf = (base: number, ...done: number[]) =>
  encodeMetadata({
    base,
    done: Uint8Array.from(done),
    ceiling: base,
    outputs: [],
    group: 'g',
    run: 'r.1',
    partitions: 1,
  });

describe('the standing of a partition', () => {
  it.each([
    [0, [0, 10], 10],
    [4, [0, 10], 6],
    [4, [4, 10], 6],
    [10, [0, 10], 0],
    [10, [10, 10], 0],
  ] as const)('is in range at %d within %j', (offset, bounds, lag) => {
    const found = standing(offset, bounds);
    expect(found).toEqual({ state: 'in-range', lag, lost: 0, metadata: 'none', doneBehind: 0 });
    expect(isOutOfRange(found)).toBe(false);
  });

  it('counts what was deleted between the committed offset and the start', () => {
    const found = standing(4, [7, 10]);
    expect(found).toMatchObject({ state: 'before-start', lag: 3, lost: 3 });
    expect(isOutOfRange(found)).toBe(true);
  });

  it('does not count as lost what was done behind the offset before it was deleted', () => {
    // Done: 5, 6 and 12 of the offsets from 4 on.
    const metadata = metadataOf(4, 0b110, 0b1);
    expect(standing(4, [7, 20], metadata)).toMatchObject({ lost: 1, metadata: 'callmatch', doneBehind: 3 });
    expect(standing(4, [6, 20], metadata)).toMatchObject({ lost: 1 });
    expect(standing(4, [4, 20], metadata)).toMatchObject({ lost: 0, state: 'in-range' });
  });

  it('is beyond the end of a topic that was made anew', () => {
    const found = standing(40, [0, 10]);
    expect(found).toMatchObject({ state: 'beyond-end', lag: undefined, lost: 0 });
    expect(isOutOfRange(found)).toBe(true);
  });

  it('has no lag before the first commit', () => {
    const found = standing(undefined, [3, 10]);
    expect(found).toMatchObject({ state: 'uncommitted', lag: undefined, lost: 0 });
    expect(isOutOfRange(found)).toBe(false);
  });

  it.each(['a note of another tool', metadataOf(3, 1)])(
    'takes nothing from metadata that is not of this commit: %s',
    (metadata) => {
      expect(standing(4, [0, 10], metadata)).toMatchObject({ metadata: 'other', doneBehind: 0 });
    },
  );
});
