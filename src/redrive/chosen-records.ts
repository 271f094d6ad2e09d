/** Reads the records of chosen letters. */
import type { OpenLetter } from '../dead-letters/letter-log.ts';
import type { TopicPartition } from '../kafka/delivery.ts';
import type { RangeReader, ReadRecord } from '../kafka/range-reader.ts';

/** Letters that are read at a time. */
const CHUNK = 256;

/** In pieces, so that a reader holds few records at a time. */
export function* inChunks(letters: readonly OpenLetter[]): Generator<readonly OpenLetter[]> {
  for (let next = 0; next < letters.length; next += CHUNK) yield letters.slice(next, next + CHUNK);
}

/**
 * The records by offset; one that is not there any more is absent. Rejects as the reader does.
 * @param letters of this partition, in the order of the log
 */
export async function recordsOf(
  place: TopicPartition,
  letters: readonly OpenLetter[],
  reader: Pick<RangeReader, 'read'>,
  signal: AbortSignal,
): Promise<Map<number, ReadRecord>> {
  const wanted = new Set(letters.map(({ offset }) => offset));
  const records = new Map<number, ReadRecord>();
  const [from, last] = [letters[0]?.offset ?? 0, letters.at(-1)?.offset ?? 0];
  const onRecord = (record: ReadRecord) => {
    if (wanted.delete(record.offset)) records.set(record.offset, record);
    return wanted.size > 0;
  };
  const { topic, partition } = place;
  await reader.read({ topic, partition }, { from, to: last + 1 }, onRecord, signal);
  return records;
}
