/** A delivered record as a test needs it. */
import type { Delivery } from '../../src/kafka/delivery.ts';

export interface SampleDelivery extends Delivery {
  /** How often it was settled. */
  readonly settled: number;
}

export function sampleDelivery(changes: Partial<Delivery> = {}): SampleDelivery {
  let settled = 0;
  return {
    topic: 'calls.cdr',
    partition: 5,
    offset: 0,
    timestamp: 1_000_000,
    key: Buffer.from('key'),
    value: Buffer.from('value'),
    headers: {},
    signal: new AbortController().signal,
    ...changes,
    settle() {
      settled += 1;
    },
    get settled() {
      return settled;
    },
  };
}
