/** Partitions as a person names them: `0,3-5`. */
import { CallmatchError } from '../errors.ts';

/** First and last partition, both inclusive. */
export type PartitionRange = readonly [first: number, last: number];

const RANGE = /^(\d{1,6})(?:-(\d{1,6}))?$/;

/** @throws {CallmatchError} `offsets-invalid` */
export function parsePartitions(text: string): PartitionRange[] {
  return text.split(',').map((part): PartitionRange => {
    const [, first, last = first] = RANGE.exec(part.trim()) ?? [];
    if (first === undefined || Number(first) > Number(last)) {
      throw new CallmatchError('offsets-invalid', `--partitions ${text}: expected numbers and ranges such as 0,3-5`);
    }
    return [Number(first), Number(last)];
  });
}

export function isWithin(ranges: readonly PartitionRange[], partition: number): boolean {
  return ranges.some(([first, last]) => first <= partition && partition <= last);
}
