/** What makes a run of the processor a bounded one. */
import type { Accept } from '../kafka/delivery.ts';
import type { SourceStages } from '../source-stages.ts';

export interface Bounds {
  /** Takes what is to be read. */
  readonly within: (accept: Accept) => Accept;
  /** Leaves out what is not to be sent. */
  readonly selecting: (stagesOf: (topic: string) => SourceStages) => (topic: string) => SourceStages;
}
