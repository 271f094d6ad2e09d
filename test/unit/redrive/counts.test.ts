import { expect, it } from 'vitest';
import { Counts } from '../../../src/redrive/counts.ts';

it('counts by name', () => {
  const counts = new Counts();
  counts.add('b');
  counts.add('a', 2);
  counts.add('b');
  expect(JSON.stringify(counts)).toBe('{"b":2,"a":2}');
});
