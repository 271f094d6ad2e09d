/** Of which records nobody can tell any more what became of them: their outcomes have expired. */
import type { KafkaAdmin } from '../kafka/client.ts';
import { offsetsAtTime } from '../kafka/group-offsets.ts';
import type { RangeReader, ReadRecord } from '../kafka/range-reader.ts';
import type { ReplayRange } from './range.ts';

/**
 * Epoch milliseconds before which outcomes may be missing, if records of the ranges were written before: an outcome is
 * published after its record. Undefined: every outcome of the ranges that there ever was is still there.
 * @param now epoch milliseconds
 */
export async function unknownHistory(
  outcomes: string,
  ranges: readonly ReplayRange[],
  parts: { readonly reader: RangeReader; readonly admin: KafkaAdmin },
  now: number,
  signal: AbortSignal,
): Promise<{ readonly before: number; readonly offsets: number } | undefined> {
  const { reader, admin } = parts;
  const bounds = await reader.bounds(outcomes, signal);
  const cut = bounds.filter(({ start }) => start > 0);
  if (cut.length === 0) return undefined;
  const oldest = await Promise.all(
    cut.map(({ partition, start }) => firstTime(reader, { topic: outcomes, partition }, start, now, signal)),
  );
  const before = Math.max(...oldest);
  let offsets = 0;
  for (const topic of new Set(ranges.map((range) => range.topic))) {
    const since = await offsetsAtTime(admin, topic, before);
    for (const range of ranges.filter((one) => one.topic === topic)) {
      offsets += Math.max(0, Math.min(range.to, since.get(range.partition) ?? range.to) - range.from);
    }
  }
  return offsets === 0 ? undefined : { before, offsets };
}

/** When the oldest outcome that is left was published; where none is left, all may be missing. */
async function firstTime(
  reader: RangeReader,
  partition: { readonly topic: string; readonly partition: number },
  start: number,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  let time = now;
  const first = ({ timestamp }: ReadRecord) => {
    time = timestamp;
    return false;
  };
  await reader.read(partition, { from: start }, first, signal);
  return time;
}
