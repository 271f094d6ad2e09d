/** What has to be known of a partition before its first record is handled: its offset, and what was done before us. */
import { type CommitMetadata, decodeMetadata } from './commit-metadata.ts';
import type { ReadBack, TopicPartition } from './delivery.ts';
import { firstStart, partitionsAtStart, type StartFrom } from './first-start.ts';
import type { OutputPosition } from './output-marks.ts';
import type { ParkedFound } from './parked-found.ts';
import { type Bounds, type Committed, entryOf } from './positions.ts';
import type { OffsetLoss, TakenOver } from './taken-over.ts';
import { PartitionTracker } from './tracker.ts';

/** What was published for the records of a source partition. */
export interface OutputLog {
  /**
   * Reads the outputs of a source partition from `since` on to their ends. Undefined: nothing of them is to be found, but
   * for what is parked.
   * `isInDoubt`: an earlier owner may still be writing; what it writes is found until the time to settle has passed.
   * @param committed records below are settled, so nobody asks whether their calls were parked
   */
  readBack(
    source: TopicPartition,
    since: readonly OutputPosition[] | undefined,
    isInDoubt: boolean,
    signal: AbortSignal,
    committed: number,
  ): Promise<{
    readonly readBack: ReadBack;
    readonly outputs: readonly OutputPosition[];
    readonly parked?: ParkedFound;
  }>;
  /** Where the outputs of source partitions end now. */
  ends(sources: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, readonly OutputPosition[]>>;
}

/** Everything the broker knows of the group and its topics, read at one time. */
export interface Snapshot {
  readonly committed: readonly Committed[];
  readonly bounds: readonly Bounds[];
}

export interface TakeoverSettings {
  readonly group: string;
  /** Unique to this ownership. */
  readonly run: string;
  readonly startFrom: StartFrom;
  readonly outputs: OutputLog;
  /** Commits the offset at which a first start begins. */
  readonly place: (
    partition: TopicPartition,
    offset: number,
    skipped: number,
    metadata: CommitMetadata,
  ) => Promise<void>;
}

export async function takeOver(
  partition: TopicPartition,
  { committed, bounds }: Snapshot,
  { group, run, startFrom, outputs, place }: TakeoverSettings,
  signal: AbortSignal,
): Promise<{ readonly takenOver: TakenOver; readonly loss: OffsetLoss | undefined }> {
  // Missing only where the broker that was asked does not know a new partition yet.
  const bound = entryOf(bounds, partition);
  const partitions = partitionsAtStart(committed, bounds, group, partition.topic);
  const mark = { group, run, partitions };
  const found = entryOf(committed, partition);
  if (found === undefined) {
    const { offset, skipped } = firstStart(partition.partition, bound ?? { low: 0, high: 0 }, partitions, startFrom);
    const first = { base: offset, done: new Uint8Array(), ceiling: offset, outputs: [], ...mark };
    // Said explicitly, so that a restart before the first commit begins at the same place.
    await place(partition, offset, skipped, first);
    const fresh = await outputs.readBack(partition, undefined, false, signal, offset);
    return { takenOver: { offset, text: '', metadata: undefined, ...fresh, mark }, loss: undefined };
  }
  const { offset, metadata: text } = found;
  const metadata = withoutHeadroom(decodeMetadata(text, offset, group), bound);
  const isInDoubt = metadata !== undefined && metadata.ceiling > offset;
  const past = await outputs.readBack(partition, metadata?.outputs, isInDoubt, signal, offset);
  return { takenOver: { offset, text, metadata, ...past, mark }, loss: bound && lossOf(offset, metadata, bound) };
}

/** The ceiling may lie behind the end. What was not there yet when we came cannot have been sent by anybody before. */
function withoutHeadroom(metadata: CommitMetadata | undefined, bound: Bounds | undefined): CommitMetadata | undefined {
  if (metadata === undefined || bound === undefined) return metadata;
  return { ...metadata, ceiling: Math.max(metadata.base, Math.min(metadata.ceiling, bound.high)) };
}

/** Retention may have deleted what was not read yet; a topic that was made anew may end before the committed offset. */
export function lossOf(
  offset: number,
  metadata: CommitMetadata | undefined,
  { low, high }: Pick<Bounds, 'low' | 'high'>,
): OffsetLoss | undefined {
  if (offset > high) return { records: undefined, resumeAt: low };
  if (offset >= low) return undefined;
  const tracker = new PartitionTracker(offset, metadata === undefined ? 0 : metadata.done.length * 8, metadata?.done);
  const end = Math.min(low, offset + (metadata?.done.length ?? 0) * 8);
  let records = low - offset;
  for (let done = offset; done < end; done += 1) if (tracker.isDone(done)) records -= 1;
  return { records, resumeAt: low };
}
