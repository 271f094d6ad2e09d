/** Conditions that compare values: `value` with `is`, `above`, `below` or `matches`, and `same`. Pure. */
import { z } from 'zod';
import { numberOf, textOf } from '../scalar.ts';
import type { Scope } from './parameters.ts';
import type { Place } from './problems.ts';
import type { Condition } from './reader.ts';
import { compileRegex, matchable } from './regex.ts';
import type { RuleCompiler } from './rule-compiler.ts';

export type ComparisonRule<Value> =
  | { value: Value; is: Patterns }
  | { value: Value; above: number }
  | { value: Value; below: number }
  | { value: Value; matches: string };
export interface SameRule<Value> {
  same: Value[];
}

type Word = string | number | boolean;
type Patterns = Word | Word[] | { parameter: string };

const WORDS = [z.string(), z.number(), z.boolean()] as const;

export const comparisonForms = (value: z.ZodType, fromParameter: z.ZodType) => ({
  is: z.strictObject({
    value,
    is: z
      .union(
        [...WORDS, z.array(z.union(WORDS, 'a text, a number, true or false')).min(1), fromParameter],
        'a text, a number, true or false, a list of some, or { parameter: name }',
      )
      .describe('One of these; `*` stands for anything, case does not matter. Blank is the empty text.'),
  }),
  above: z.strictObject({ value, above: z.number().describe('The value is a number greater than this.') }),
  below: z.strictObject({ value, below: z.number().describe('The value is a number less than this.') }),
  matches: z.strictObject({
    value,
    matches: z.string().min(1).describe('The regular expression matches somewhere in the value; see `match`.'),
  }),
  same: z.strictObject({
    same: z.array(value).min(2).describe('All of these are the same text, and not blank.'),
  }),
});

export function compileComparison<Value, When>(
  rule: ComparisonRule<Value>,
  compiler: RuleCompiler<Value, When>,
  place: Place,
): Condition {
  const { scope } = compiler;
  const read = compiler.value(rule.value, [...place, 'value']);
  if ('is' in rule) {
    const matches = compilePatterns(patternsOf(rule.is, scope, [...place, 'is']));
    return (record, origin) => matches(textOf(read(record, origin)) ?? '');
  }
  if ('matches' in rule) {
    const expression = compileRegex(rule.matches, '', scope.problems, [...place, 'matches']);
    return (record, origin) => {
      const text = matchable(textOf(read(record, origin)));
      return text !== undefined && expression?.test(text) === true;
    };
  }
  // What is no number is NaN here, which is neither above nor below.
  const number: (...from: Parameters<typeof read>) => number = (record, origin) =>
    numberOf(read(record, origin)) ?? Number.NaN;
  if ('above' in rule) return (record, origin) => number(record, origin) > rule.above;
  return (record, origin) => number(record, origin) < rule.below;
}

export function compileSame<Value, When>(
  rule: SameRule<Value>,
  compiler: RuleCompiler<Value, When>,
  place: Place,
): Condition {
  const [first, ...others] = rule.same.map((each, index) => compiler.value(each, [...place, 'same', index]));
  return (record, origin) => {
    const text = textOf(first?.(record, origin));
    return text !== undefined && others.every((read) => textOf(read(record, origin)) === text);
  };
}

function patternsOf(is: Patterns, scope: Scope, place: Place): readonly Word[] {
  if (typeof is !== 'object') return [is];
  if (Array.isArray(is)) return is;
  if (!scope.parameters.has(is.parameter)) scope.problems.add(place, `there is no parameter ${is.parameter}`);
  const value = scope.parameters.get(is.parameter);
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** Exact words in a set; those with a `*` one by one. */
function compilePatterns(patterns: readonly Word[]): (text: string) => boolean {
  const folded = patterns.map((pattern) => String(pattern).toLowerCase());
  const words = new Set(folded.filter((pattern) => !pattern.includes('*')));
  const wildcards = folded.filter((pattern) => pattern.includes('*')).map((pattern) => pattern.split('*'));
  return (text) => {
    const lower = text.toLowerCase();
    return words.has(lower) || wildcards.some((pieces) => fitsPieces(lower, pieces));
  };
}

/** Whether the text is the pieces with anything between them. A regular expression could be led to backtrack. */
function fitsPieces(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
