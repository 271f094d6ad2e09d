/** The offset that a target means on each partition of several topics. */
import type { KafkaAdmin } from '../kafka/client.ts';
import type { GroupPosition } from '../kafka/group-offsets.ts';
import { type Place, placeOf } from './place.ts';
import type { OffsetTarget } from './target.ts';

export async function targetOffsets(
  admin: KafkaAdmin,
  topics: readonly string[],
  target: OffsetTarget,
): Promise<(position: GroupPosition) => number> {
  const places = new Map<string, Place>();
  for (const topic of topics) places.set(topic, await placeOf(admin, topic, target));
  return (position) => places.get(position.topic)?.(position) ?? position.end;
}
