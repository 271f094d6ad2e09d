import { expect, test } from 'vitest';
import { table } from '../../../src/docs/markdown.ts';

test('cells cannot break the table', () => {
  expect(table(['a', 'b'], [['x|y', '1\n2']])).toBe('| a | b |\n| --- | --- |\n| x\\|y | 1<br>2 |');
});
