/** Rules that choose between values: `first`, and `of` with `when`. Pure. */
import { z } from 'zod';
import { isNothing } from '../scalar.ts';
import type { Place } from './problems.ts';
import type { Reader } from './reader.ts';
import type { RuleCompiler } from './rule-compiler.ts';

export interface FirstRule<Value> {
  first: Value[];
}
export interface WhenRule<Value, When> {
  of: Value;
  when: When;
  else?: Value | undefined;
}

export const choiceForms = (value: z.ZodType, condition: z.ZodType) => ({
  first: z.strictObject({ first: z.array(value).min(1).describe('The first of these that is not blank.') }),
  when: z.strictObject({
    of: value,
    when: condition.describe('`of` only when this holds: who was only rung has not taken the call.'),
    else: value.optional().describe('What is taken when it does not hold; nothing by default.'),
  }),
});

export function compileChoice<Value, When>(
  rule: FirstRule<Value> | WhenRule<Value, When>,
  compiler: RuleCompiler<Value, When>,
  place: Place,
): Reader {
  if ('first' in rule) {
    return firstOf(rule.first.map((each, index) => compiler.value(each, [...place, 'first', index])));
  }
  const holds = compiler.condition(rule.when, [...place, 'when']);
  const read = compiler.value(rule.of, [...place, 'of']);
  if (rule.else === undefined) return (record, origin) => (holds(record, origin) ? read(record, origin) : undefined);
  const readElse = compiler.value(rule.else, [...place, 'else']);
  return (record, origin) => (holds(record, origin) ? read(record, origin) : readElse(record, origin));
}

export function firstOf(readers: readonly Reader[]): Reader {
  return (record, origin) => {
    for (const read of readers) {
      const value = read(record, origin);
      if (!isNothing(value)) return value;
    }
    return undefined;
  };
}
