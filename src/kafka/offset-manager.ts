/**
 * Two cures for kafkajs's offset manager. It is no longer maintained and has no option for either, so the methods at
 * fault are replaced.
 *
 * - When the broker no longer has the position of a partition (retention passed it, or the topic was made anew), kafkajs
 *   2.2.4 commits its default offset with empty metadata and goes on there: what lies between is lost in silence, and so
 *   is what our metadata said. Now it tells a listener, which decides.
 * - A commit that failed is tried again, and by then the partition may be another member's. The broker does not notice:
 *   it checks the member and the generation, both of which are new and good. The commit would put the new owner back and
 *   wipe out its metadata. Now a partition that is not assigned is left out.
 */
import type { PartitionAssigner } from 'kafkajs';
import type { TopicPartition } from './delivery.ts';
import { kafkajsPrototype } from './kafkajs-class.ts';

/** What a commit is told: the offsets of each topic. Without `topics` kafkajs takes what it has handed over. */
export interface OffsetsToCommit {
  readonly topics?: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number }[];
  }[];
}

/** The part of kafkajs's offset manager (one per consumer and generation) that is at fault. */
export interface OffsetManager {
  /** The connections of one consumer. */
  readonly cluster: object;
  /** The partitions of its generation, by topic. */
  readonly memberAssignment: Readonly<Record<string, readonly number[]>>;
  setDefaultOffset(partition: TopicPartition): Promise<void>;
  commitOffsets(offsets?: OffsetsToCommit): Promise<void>;
}

/**
 * The broker does not have the position of the partition. The listener has to pause it before it returns: else kafkajs
 * asks again at once, for the same position. An error thrown by it crashes the consumer.
 */
export type OffsetOutOfRange = (partition: TopicPartition) => void;

/** By cluster, the one object that kafkajs hands both to us and to its offset managers. */
const listeners = new WeakMap<object, OffsetOutOfRange>();
/** The classes that are cured, so that no method stands in for one of ours. */
const cured = new WeakSet<OffsetManager>();

/**
 * The assigner, which also ties the listener to the consumer for which it is made: the factory of an assigner is the one
 * place where kafkajs shows a consumer's cluster. Works only after `cureOffsetManager`.
 */
export function tellingOffsetOutOfRange(assigner: PartitionAssigner, listener: OffsetOutOfRange): PartitionAssigner {
  return (config) => {
    listeners.set(config.cluster, listener);
    return assigner(config);
  };
}

/**
 * Replaces the methods for every consumer of this process, also those that run. One without a listener resets its
 * offsets as before. Doing it twice changes nothing.
 */
export function cureOffsetManager(prototype: OffsetManager = offsetManagerPrototype()): void {
  if (cured.has(prototype)) return;
  cured.add(prototype);
  const { setDefaultOffset, commitOffsets } = prototype;
  // Nothing is committed and no position changes: the same fetch is made again when the partition is resumed.
  prototype.setDefaultOffset = async function ({ topic, partition }) {
    const listener = listeners.get(this.cluster);
    if (listener === undefined) await setDefaultOffset.call(this, { topic, partition });
    else listener({ topic, partition });
  };
  prototype.commitOffsets = async function (offsets = {}) {
    // A consumer without a listener commits what it likes: the one that moves a group's offsets has nothing assigned.
    if (offsets.topics === undefined || !listeners.has(this.cluster)) return commitOffsets.call(this, offsets);
    const topics = offsets.topics
      .map(({ topic, partitions }) => {
        return { topic, partitions: partitions.filter((one) => this.memberAssignment[topic]?.includes(one.partition)) };
      })
      .filter(({ partitions }) => partitions.length > 0);
    return commitOffsets.call(this, { ...offsets, topics });
  };
}

/** kafkajs's class of offset managers. Throws `dependency-missing` when this kafkajs has none of that shape. */
export function offsetManagerPrototype(): OffsetManager {
  return kafkajsPrototype('consumer/offsetManager/index', ['setDefaultOffset', 'commitOffsets']);
}
