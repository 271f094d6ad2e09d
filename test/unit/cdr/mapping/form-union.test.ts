import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formUnion } from '../../../../src/cdr/mapping/form-union.ts';
import { valueRule } from '../../../../src/cdr/mapping/rule.ts';

const union = formUnion(
  z.string().min(2, 'two at least'),
  { a: z.strictObject({ a: z.number(), of: z.string() }), b: z.strictObject({ b: z.string() }) },
  'a text, or a or b',
);
const messages = (value: unknown) => union.safeParse(value).error?.issues.map(({ message }) => message);

describe('formUnion', () => {
  it('goes by the key that one form alone has', () => {
    expect(union.parse('text')).toBe('text');
    expect(union.parse({ b: 'x' })).toEqual({ b: 'x' });
    expect(messages('t')).toEqual(['two at least']);
    expect(messages({ a: 1 })).toEqual([expect.stringContaining('expected string')]);
    expect(messages({ b: 'x', c: 1 })).toEqual(['Unrecognized key: "c"']);
  });

  it.each([[{}], [{ of: 'x' }], [5], [null], [undefined], [['a']]])('%j is no form', (value) => {
    expect(messages(value)).toEqual(['a text, or a or b']);
  });

  it('takes no longer than what it is given is', () => {
    let chain: object = { device: 5 };
    for (let depth = 0; depth < 500; depth += 1) chain = { match: 'x', of: { decode: 'url', of: chain } };
    expect(valueRule.safeParse(chain).success).toBe(false);
  });
});
