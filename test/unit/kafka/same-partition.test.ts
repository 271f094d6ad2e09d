import { expect, it } from 'vitest';
import { isSamePartition } from '../../../src/kafka/same-partition.ts';

it.each([
  [{ topic: 'a', partition: 1 }, true],
  [{ topic: 'a', partition: 2 }, false],
  [{ topic: 'b', partition: 1 }, false],
])('%j is partition 1 of a: %j', (other, isSame) => {
  expect(isSamePartition({ topic: 'a', partition: 1 }, other)).toBe(isSame);
});
