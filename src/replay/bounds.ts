/** What makes a run of the processor a bounded one. */
import type { Accept, TopicPartition } from '../kafka/delivery.ts';
import type { Sink } from '../kafka/sink.ts';
import type { Source } from '../kafka/source.ts';
import type { QuotaShares } from '../shares/quota-shares.ts';
import type { SourceStages } from '../source-stages.ts';

export interface Bounds {
  /** Takes what is to be read. */
  readonly within: (accept: Accept) => Accept;
  /** Offset from which on nothing of the partition is to be read. */
  readonly endOf: (partition: TopicPartition) => number;
  /** Leaves out what is not to be sent. */
  readonly selecting: (stagesOf: (topic: string) => SourceStages) => (topic: string) => SourceStages;
  /** Where records come from. Default: the consumer group of the configuration. */
  readonly source?: (parts: SourceParts) => Source;
}

export interface SourceParts {
  readonly sink: Pick<Sink, 'publish'>;
  /** To be told which partitions of the sources are ours: so much of a portal's quota is asked for. */
  readonly shares: Pick<QuotaShares, 'joined'>;
}
