/** Where a target stands in the partitions of a topic. */
import type { KafkaAdmin } from '../kafka/client.ts';
import { offsetsAtTime } from '../kafka/group-offsets.ts';
import type { OffsetTarget } from './target.ts';

export interface PartitionEnds {
  readonly partition: number;
  /** The oldest offset that is still there. */
  readonly start: number;
  /** The offset after the newest record. */
  readonly end: number;
}

/** The offset, by partition; it need not be within the partition. */
export type Place = (ends: PartitionEnds) => number;

export async function placeOf(admin: KafkaAdmin, topic: string, target: OffsetTarget): Promise<Place> {
  switch (target.kind) {
    case 'earliest':
      return ({ start }) => start;
    case 'latest':
      return ({ end }) => end;
    case 'offset':
      return () => target.offset;
    case 'time': {
      const found = await offsetsAtTime(admin, topic, target.time);
      return ({ partition, end }) => found.get(partition) ?? end;
    }
  }
}
