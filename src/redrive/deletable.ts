/** How far the beginning of a dead-letter partition can be deleted. */
import { type Letter, readLetter } from '../dead-letters/letter.ts';
import type { PartitionLetters } from '../dead-letters/reading.ts';
import type { RangeReader } from '../kafka/range-reader.ts';

/** @returns the first offset that has to stay. @param isNeeded whether the letter has to. Rejects as the reader does. */
export async function deletableTo(
  { topic, partition, start, end }: Omit<PartitionLetters, 'log'>,
  isNeeded: (letter: Letter) => boolean,
  reader: Pick<RangeReader, 'read'>,
  signal: AbortSignal,
): Promise<number> {
  let to = end;
  await reader.read(
    { topic, partition },
    { from: start, to: end },
    (record) => {
      const letter = readLetter(record);
      if (letter === undefined || !isNeeded(letter)) return true;
      to = record.offset;
      return false;
    },
    signal,
  );
  return to;
}
