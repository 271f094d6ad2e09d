/** What a committed offset means for the records of its partition. Pure. */
import { decodeMetadata } from '../kafka/commit-metadata.ts';
import type { GroupPosition } from '../kafka/group-offsets.ts';
import { offsetsOf } from '../kafka/tracker.ts';

export interface Standing {
  /**
   * `before-start`: the retention of the topic has passed the offset. `beyond-end`: the topic was made anew or cut off.
   * Both are out of range: nothing can be read at the offset.
   */
  readonly state: 'in-range' | 'uncommitted' | 'before-start' | 'beyond-end';
  /** Offsets from the committed one, or from the start, to the end; undefined where it cannot be told. */
  readonly lag: number | undefined;
  /** Offsets that were deleted before they were done. Not each need have been a record: Kafka leaves gaps. */
  readonly lost: number;
  /** `callmatch` wrote what is done behind the offset; `other` is a text that means nothing to us. */
  readonly metadata: 'none' | 'callmatch' | 'other';
  /** Records behind the offset that are done according to the metadata. */
  readonly doneBehind: number;
}

export function standingOf({ group, committed, start, end }: GroupPosition): Standing {
  const { offset } = committed;
  if (offset === undefined) return { state: 'uncommitted', lag: undefined, lost: 0, metadata: 'none', doneBehind: 0 };
  const decoded = decodeMetadata(committed.metadata, offset, group);
  const done = [...offsetsOf(offset, decoded?.done ?? new Uint8Array())];
  const written = decoded === undefined ? 'other' : 'callmatch';
  const lag = offset > end ? undefined : end - Math.max(offset, start);
  const deletedUndone = start - offset - done.filter((entry) => entry < start).length;
  return {
    state: offset < start ? 'before-start' : offset > end ? 'beyond-end' : 'in-range',
    lag,
    lost: Math.max(0, deletedUndone),
    metadata: committed.metadata === '' ? 'none' : written,
    doneBehind: done.length,
  };
}

export function isOutOfRange({ state }: Standing): boolean {
  return state === 'before-start' || state === 'beyond-end';
}
