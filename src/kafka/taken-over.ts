/** What is known of a partition when its ownership begins. */
import type { CommitMetadata } from './commit-metadata.ts';
import type { ReadBack } from './delivery.ts';
import type { OutputPosition } from './output-marks.ts';
import type { ParkedFound } from './parked-found.ts';

/** What this owner found when it took the partition over. */
export interface TakenOver {
  /** The committed offset. */
  readonly offset: number;
  /** The text committed with it, and what it says. */
  readonly text: string;
  readonly metadata: CommitMetadata | undefined;
  readonly readBack: ReadBack;
  /** How far the outputs have been read. */
  readonly outputs: readonly OutputPosition[];
  /** Undefined where nothing can be parked. */
  readonly parked?: ParkedFound | undefined;
  /** What marks the commits of this ownership. */
  readonly mark: Pick<CommitMetadata, 'group' | 'run' | 'partitions'>;
}

/** Records that the broker deleted before they were done. */
export interface OffsetLoss {
  /** 0 when all that was deleted was done; undefined when that cannot be known: the topic is another one. */
  readonly records: number | undefined;
  /** Where reading can go on. */
  readonly resumeAt: number;
}
