/** Follows a topic outside of every consumer group, from given offsets on, until it is told to stop. */
import { type Clock, wait } from '../clock.ts';
import type { RangeReader, ReadRecord } from './range-reader.ts';

export interface FollowerParts {
  readonly reader: Pick<RangeReader, 'read'>;
  readonly clock: Pick<Clock, 'after'>;
  /** Aborts to end it. */
  readonly signal: AbortSignal;
}

/** How soon a new record is seen, milliseconds. */
const LOOK_MS = 200;

/**
 * Gives the records of all partitions, in the order of each. Resolves when the signal aborts; rejects as
 * `RangeReader.read` does.
 * @param from first offset of every partition, by its number
 */
export async function followTopic(
  topic: string,
  from: ReadonlyMap<number, number>,
  onRecord: (record: ReadRecord) => void,
  { reader, clock, signal }: FollowerParts,
): Promise<void> {
  const positions = new Map(from);
  try {
    while (!signal.aborted) {
      for (const [partition, offset] of positions) {
        const next = await reader.read(
          { topic, partition },
          { from: offset },
          (record) => void onRecord(record),
          signal,
        );
        positions.set(partition, next);
      }
      await wait(clock, LOOK_MS, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
