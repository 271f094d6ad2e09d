import { expect, test } from 'vitest';
import { createCoverage } from '../../../src/trial/coverage.ts';

test('rules that gave nothing in all cases are unused, the outer one for those in it', () => {
  const coverage = createCoverage();
  const { compiled, gave } = coverage.trace;
  for (const place of [['a', 'first', 0], ['a', 'first', 1], ['a'], ['b', 'all', 0], ['b']]) compiled(place);
  gave(['a', 'first', 0], '');
  gave(['a', 'first', 1], 'x');
  gave(['a'], 'x');
  gave(['b', 'all', 0], true);
  gave(['b'], false);
  expect(coverage.unused()).toEqual(['a.first[0]', 'b']);
  expect(coverage.size).toBe(5);
});
