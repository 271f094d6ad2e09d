/** What the pipeline gives to be gathered, and takes back when it is whole. */
import type { Delivery } from '../kafka/delivery.ts';
import type { PlacedPart, SourceStages } from '../source-stages.ts';

/** A part of a call, with the record that it comes from. */
export interface FoldPart extends PlacedPart {
  readonly delivery: Delivery;
  readonly stages: SourceStages;
  /** It has become something durable with its call. */
  readonly done: () => void;
}

export type FoldParts = readonly [FoldPart, ...FoldPart[]];
