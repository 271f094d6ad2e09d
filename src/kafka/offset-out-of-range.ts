/**
 * Stops kafkajs from skipping records in silence. When the broker no longer has the position of a partition (retention
 * passed it, or the topic was made anew), kafkajs 2.2.4 commits its default offset with empty metadata and goes on
 * there: what lies between is lost, and so is what our metadata said. It has no option for this, so the one method at
 * fault is replaced by one that tells a listener, which decides.
 */
import { createRequire } from 'node:module';
import type { PartitionAssigner } from 'kafkajs';
import { CallmatchError } from '../errors.ts';
import type { TopicPartition } from './delivery.ts';

const MODULE = 'kafkajs/src/consumer/offsetManager/index.js';

/** The part of kafkajs's offset manager (one per consumer and generation) that goes to the default offset. */
export interface OffsetManager {
  /** The connections of one consumer. */
  readonly cluster: object;
  setDefaultOffset(partition: TopicPartition): Promise<void>;
}

/**
 * The broker does not have the position of the partition. The listener has to pause it before it returns: else kafkajs
 * asks again at once, for the same position. An error thrown by it crashes the consumer.
 */
export type OffsetOutOfRange = (partition: TopicPartition) => void;

/** By cluster, the one object that kafkajs hands both to us and to its offset managers. */
const listeners = new WeakMap<object, OffsetOutOfRange>();
/** The methods that stand in for kafkajs's own, so that none stands in for another of them. */
const cures = new WeakSet<OffsetManager['setDefaultOffset']>();

/**
 * The assigner, which also ties the listener to the consumer for which it is made: the factory of an assigner is the one
 * place where kafkajs shows a consumer's cluster. Works only after `cureOffsetReset`.
 */
export function tellingOffsetOutOfRange(assigner: PartitionAssigner, listener: OffsetOutOfRange): PartitionAssigner {
  return (config) => {
    listeners.set(config.cluster, listener);
    return assigner(config);
  };
}

/**
 * Replaces the method for every consumer of this process, also those that run. One without a listener behaves as
 * before. Doing it twice changes nothing.
 */
export function cureOffsetReset(prototype: OffsetManager = offsetManagerPrototype()): void {
  const original = prototype.setDefaultOffset;
  if (cures.has(original)) return;
  // Nothing is committed and no position changes: the same fetch is made again when the partition is resumed.
  prototype.setDefaultOffset = async function setDefaultOffset({ topic, partition }) {
    const listener = listeners.get(this.cluster);
    if (listener === undefined) await original.call(this, { topic, partition });
    else listener({ topic, partition });
  };
  cures.add(prototype.setDefaultOffset);
}

/** kafkajs's class of offset managers. Throws `dependency-missing` when this kafkajs has none of that shape. */
export function offsetManagerPrototype(
  load: (path: string) => unknown = createRequire(import.meta.url),
): OffsetManager {
  let loaded: unknown;
  try {
    loaded = load(MODULE);
  } catch (error) {
    throw unfit(error);
  }
  const prototype: unknown = typeof loaded === 'function' ? loaded.prototype : undefined;
  if (!isOffsetManager(prototype)) {
    throw unfit();
  }
  return prototype;
}

/** `cluster` is set by the constructor, so the prototype does not show it. */
function isOffsetManager(value: unknown): value is OffsetManager {
  return (
    typeof value === 'object' &&
    value !== null &&
    'setDefaultOffset' in value &&
    typeof value.setDefaultOffset === 'function'
  );
}

function unfit(cause?: unknown): CallmatchError {
  return new CallmatchError(
    'dependency-missing',
    `the installed kafkajs has no offset manager as in version 2.2.4 (${MODULE}, setDefaultOffset)`,
    { cause },
  );
}
