/** Reads dead-letter topics from their beginning to their end. */
import type { RangeReader } from '../kafka/range-reader.ts';
import { LetterLog } from './letter-log.ts';

/** The log of one partition. */
export interface PartitionLetters {
  readonly topic: string;
  readonly partition: number;
  /** First offset that is still there, and the one after the newest record. */
  readonly start: number;
  readonly end: number;
  readonly log: LetterLog;
}

/**
 * @param group of the service
 * @param progress told how many of how many offsets have been read
 * Rejects as the reader does.
 */
export async function readLetters(
  topics: readonly string[],
  group: string,
  reader: Pick<RangeReader, 'read' | 'bounds'>,
  progress: (done: number, all: number) => void,
  signal: AbortSignal,
): Promise<PartitionLetters[]> {
  const bounds = await Promise.all(
    topics.map(async (topic) => (await reader.bounds(topic, signal)).map((one) => ({ topic, ...one }))),
  );
  const partitions = bounds.flat().map(({ topic, partition, start, end }) => {
    return { topic, partition, start, end, log: new LetterLog(group) };
  });
  const all = partitions.reduce((sum, { start, end }) => sum + (end - start), 0);
  let done = 0;
  for (const { log, start, end, ...place } of partitions) {
    const onRecord = (record: Parameters<LetterLog['read']>[0]) => {
      log.read(record);
      done += 1;
      progress(done, all);
    };
    await reader.read(place, { from: start, to: end }, onRecord, signal);
  }
  return partitions;
}
