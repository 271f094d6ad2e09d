import { expect, test } from 'vitest';
import { z } from 'zod';
import { exactlyOne, insteadOf } from '../../../src/config/exactly-one.ts';

const FIELDS = { a: z.string().optional(), b: z.number().optional(), c: z.string().optional() };
const section = exactlyOne(z.strictObject(FIELDS), ['a', 'b']);
const issues = (input: unknown) =>
  (section.safeParse(input).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

test.each([
  [{ a: 'x' }, []],
  [{ b: 1, c: 'y' }, []],
  [{ c: 'y' }, ['a: a value, or b in its place']],
  [{ a: 'x', b: 1 }, ['b: nothing here beside a']],
  [{ a: undefined, b: 1 }, []],
])('%j: %j', (input, expected) => {
  expect(issues(input)).toEqual(expected);
});

test('it is told beside the other mistakes, and chokes on nothing', () => {
  expect(issues({ c: 1, d: 2 }).at(-1)).toBe('a: a value, or b in its place');
  for (const input of [null, 'text', [], 1]) expect(issues(input)).toHaveLength(1);
});

test('the JSON Schema tells who may stand for whom', () => {
  const schema = z.toJSONSchema(section, { io: 'input' });
  expect(['a', 'b', 'c'].map((name) => insteadOf(schema, name))).toEqual(['b', 'a', undefined]);
});
