/** What makes a run of the processor a bounded one. */
import type { Accept, TopicPartition } from '../kafka/delivery.ts';
import type { SourceStages } from '../source-stages.ts';

export interface Bounds {
  /** Takes what is to be read. */
  readonly within: (accept: Accept) => Accept;
  /** Offset from which on nothing of the partition is to be read. */
  readonly endOf: (partition: TopicPartition) => number;
  /** Leaves out what is not to be sent. */
  readonly selecting: (stagesOf: (topic: string) => SourceStages) => (topic: string) => SourceStages;
}
