/** Reads stretches of partitions into a trial, outside of every consumer group. */
import type { RangeReader, ReadRecord } from '../kafka/range-reader.ts';
import type { Trial } from '../trial/trial.ts';
import type { Stretch } from './stretch.ts';
import type { Tally } from './tally.ts';

/** What is read before it is mapped: some fetches, so that few records are fetched twice. */
const AHEAD = { records: 20_000, bytes: 32 * 1024 * 1024 } as const;

export interface ReadingParts {
  readonly reader: Pick<RangeReader, 'read'>;
  readonly trial: Trial;
  readonly tally: Tally;
  /** Ends the reading; what was found so far stands. */
  readonly signal: AbortSignal;
  /** Told now and then. */
  readonly progress: (records: number) => void;
}

/** Rejects as the reader and the trial do. @returns whether everything was read */
export async function readStretches(stretches: readonly Stretch[], parts: ReadingParts): Promise<boolean> {
  try {
    // One partition after the other: the records of each are taken in their order, and a run gives the same as the next.
    for (const stretch of stretches) await readStretch(stretch, parts);
  } catch (error) {
    if (!parts.signal.aborted) throw error;
  }
  for (const end of parts.trial.close()) parts.tally.addEnd(end);
  return !parts.signal.aborted;
}

async function readStretch({ topic, partition, from, to }: Stretch, parts: ReadingParts): Promise<void> {
  const { reader, trial, tally, signal, progress } = parts;
  let position = from;
  while (position < to) {
    const ahead: ReadRecord[] = [];
    let bytes = 0;
    const onRecord = (record: ReadRecord) => {
      ahead.push(record);
      bytes += record.value?.length ?? 0;
      return ahead.length < AHEAD.records && bytes < AHEAD.bytes;
    };
    const next = await reader.read({ topic, partition }, { from: position, to }, onRecord, signal);
    for (const record of ahead) {
      signal.throwIfAborted();
      const ends = await trial.take(record);
      tally.addRecord(record);
      for (const end of ends) tally.addEnd(end);
      progress(tally.records);
    }
    // The partition was deleted meanwhile, or lost its newest records.
    if (next <= position) return;
    position = next;
  }
}
