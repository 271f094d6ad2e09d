import { expect, test } from 'vitest';
import { Counter, OTHERS } from '../../../src/preview/counter.ts';

test('counts by name, the most frequent first, equal ones by name', () => {
  const counter = new Counter(10);
  for (const name of ['b', 'c', 'a', 'c']) counter.add(name);
  expect(counter.entries()).toEqual([
    ['c', 2],
    ['a', 1],
    ['b', 1],
  ]);
  expect(counter.get('c')).toBe(2);
  expect(counter.get('x')).toBe(0);
  expect(counter.total).toBe(4);
});

test('puts what came too late in one place', () => {
  const counter = new Counter(2);
  for (const name of ['a', 'b', 'c', 'd', 'a']) counter.add(name);
  expect(counter.entries()).toEqual([
    [OTHERS, 2],
    ['a', 2],
    ['b', 1],
  ]);
});
