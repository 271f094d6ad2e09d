/** A delivered record as a test needs it. */
import { ALWAYS_GRANTED } from '../../src/hubspot/permission.ts';
import type { Delivery, ReadBack } from '../../src/kafka/delivery.ts';

/** Nothing was published by an earlier owner. */
export const NOTHING_READ: ReadBack = { hasEnded: () => false, untilSettled: async () => false };

export interface SampleDelivery extends Delivery {
  /** How often it was settled. */
  readonly settled: number;
}

/** Of one ownership, that is never lost. */
const NEVER = new AbortController().signal;

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
    signal: NEVER,
    publishing: NEVER,
    permission: ALWAYS_GRANTED,
    inDoubt: false,
    readBack: NOTHING_READ,
    tenure: undefined,
    published() {},
    ...changes,
    settle() {
      settled += 1;
    },
    get settled() {
      return settled;
    },
  };
}
