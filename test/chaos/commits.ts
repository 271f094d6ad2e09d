/** What commits say, held against what the topics say. Pure. */
import type { CommitMetadata } from '../../src/kafka/commit-metadata.ts';
import type { Coordinates, Ledger } from './ledger.ts';

/** A committed offset of the source, as the broker gives it; -1 where there is none yet. */
export interface Commit extends Coordinates {
  /** Undefined where nothing, or something strange, was committed with the offset. */
  readonly metadata: CommitMetadata | undefined;
}

/** Looks for commits that pass a record without an end: in the offset, or in the done bits behind it. */
export class CommitAudit {
  /** Up to where the offsets of each partition have been checked. */
  readonly #checked = new Map<number, number>();
  readonly #passed = new Map<string, Coordinates>();

  /** Records that were said to be done before they had an end, each once. */
  get passed(): readonly Coordinates[] {
    return [...this.#passed.values()];
  }

  /** @param ledger read up to a moment after the commits were: what they are about was acknowledged before them */
  check(commits: readonly Commit[], ledger: Pick<Ledger, 'hasEnd'>): void {
    for (const commit of commits) {
      for (const record of this.#newlyDone(commit)) {
        if (!ledger.hasEnd(record)) this.#passed.set(`${record.partition}@${record.offset}`, record);
      }
    }
  }

  *#newlyDone({ partition, offset: committed, metadata }: Commit): Generator<Coordinates> {
    const from = this.#checked.get(partition) ?? 0;
    for (let offset = from; offset < committed; offset += 1) yield { partition, offset };
    this.#checked.set(partition, Math.max(from, committed));
    if (metadata === undefined) return;
    for (let place = 0; place < metadata.done.length * 8; place += 1) {
      if (isSet(metadata.done, place)) yield { partition, offset: committed + place };
    }
  }
}

/**
 * How many records of a partition may have been submitted by an owner that is gone, without anybody knowing: below the
 * dispatch ceiling and not done. Without a ceiling none: it is committed before the first submission.
 * @param end offset after the last record of the partition: the ceiling may lie beyond it
 */
export function inDoubt({ offset, metadata }: Commit, end: number): number {
  if (metadata === undefined) return 0;
  let count = 0;
  for (let place = 0; offset + place < Math.min(metadata.ceiling, end); place += 1) {
    if (!isSet(metadata.done, place)) count += 1;
  }
  return count;
}

function isSet(bits: Uint8Array, place: number): boolean {
  return (((bits[place >>> 3] ?? 0) >>> (place & 7)) & 1) === 1;
}
