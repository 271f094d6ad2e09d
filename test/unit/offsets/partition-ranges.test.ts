import { expect, test } from 'vitest';
import { isWithin, parsePartitions } from '../../../src/offsets/partition-ranges.ts';

test.each([
  ['0', [0]],
  ['0,3-5', [0, 3, 4, 5]],
  ['2-2', [2]],
  [' 1 , 4 ', [1, 4]],
  ['3-4,4-6', [3, 4, 5, 6]],
])('%s', (text, partitions) => {
  const ranges = parsePartitions(text);
  expect([0, 1, 2, 3, 4, 5, 6].filter((partition) => isWithin(ranges, partition))).toEqual(partitions);
});

test.each(['', ',', '1,', '5-3', '-1', '1-', 'a', '1.5', '1234567'])('refuses "%s"', (text) => {
  expect(() => parsePartitions(text)).toThrow('expected numbers and ranges such as 0,3-5');
});
