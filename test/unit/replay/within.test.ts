import { expect, it } from 'vitest';
import type { Delivery } from '../../../src/kafka/delivery.ts';
import type { ReplayRange } from '../../../src/replay/range.ts';
import { doneOf, within } from '../../../src/replay/within.ts';
import { sampleDelivery } from '../../support/sample-delivery.ts';

const range = (partition: number, from: number, to: number): ReplayRange => {
  return { topic: 'calls.cdr', partition, from, to, isCutByLive: false, deleted: 0 };
};

function taken(offset: number, partition = 0, timestamp = 1_000, unknownBefore?: number) {
  const deliveries: Delivery[] = [];
  const accept = within(
    (delivery) => {
      deliveries.push(delivery);
      return true;
    },
    [range(0, 5, 10)],
    { unknownBefore },
  );
  const isTaken = accept({ ...sampleDelivery(), topic: 'calls.cdr', partition, offset, timestamp });
  expect(deliveries).toHaveLength(isTaken ? 1 : 0);
  return deliveries[0];
}

it('takes what is before the end of a range, and nothing behind it or of another partition', () => {
  expect(taken(9)).toBeDefined();
  expect(taken(10)).toBeUndefined();
  expect(taken(5, 1)).toBeUndefined();
});

it('has what nobody knows any more looked up', () => {
  expect(taken(9)?.inDoubt).toBe(false);
  expect(taken(9, 0, 1_000, 1_000)?.inDoubt).toBe(false);
  expect(taken(9, 0, 999, 1_000)?.inDoubt).toBe(true);
});

it('counts what is committed within the ranges', () => {
  const committed = [
    { topic: 'calls.cdr', partition: 0, offset: 8 },
    { topic: 'calls.cdr', partition: 1, offset: 100 },
    { topic: 'calls.cdr', partition: 2, offset: 2 },
  ];
  expect(doneOf([range(0, 5, 10), range(1, 50, 60), range(2, 5, 10), range(3, 0, 10)], committed)).toBe(3 + 10);
});
