/**
 * The rule `jsonata`: a way out where the other rules do not reach. Version 1.8 of the package, because that of 2.x
 * answers asynchronously; see decision record 0019. Pure.
 */
import jsonata from 'jsonata';
import { z } from 'zod';
import { CallmatchError, messageOf } from '../../errors.ts';
import { maskNumbersIn } from '../masked-text.ts';
import { type Place, Problems, showPlace } from './problems.ts';
import { headerOf, type Reader } from './reader.ts';
import { compileRegex } from './regex.ts';
import type { RuleCompiler } from './rule-compiler.ts';

export interface JsonataRule {
  jsonata: string;
}

export const jsonataForms = {
  jsonata: z.strictObject({
    jsonata: z
      .string()
      .min(1)
      .describe(
        'JSONata expression on the record, for what no other rule does; it is some fifty times slower. Bound are `$outer`, `$parameters`, `$header(name)` and `$timestamp`. One that fails buries the record.',
      ),
  }),
};

/** Parts of an expression that are evaluated: some tenths of a second. */
const MOST_STEPS = 100_000;

/**
 * Functions that an expression cannot have. Some give another result each time, so a replay would differ; of others the
 * work is not bounded by the steps. By `clone` and what begins with `__` an expression could get at the record itself,
 * and at the counting of steps.
 */
const FORBIDDEN = /^(eval|now|millis|random|shuffle|pad|distinct|clone|__.*)$/;

/** Reads by an expression. Throws `invalid-field` with the place when that fails, and nothing else. */
export function compileJsonata<Value, When>(
  rule: JsonataRule,
  { scope }: RuleCompiler<Value, When>,
  place: Place,
): Reader {
  const expression = parse(rule.jsonata, scope.problems, [...place, 'jsonata']);
  const parameters = Object.fromEntries(scope.parameters);
  const field = showPlace(place).replace(/^call\./, '');
  // `[]` marks the list it stands behind, which may be one of the record.
  const own = /\[\s*\]/.test(rule.jsonata) ? (value: unknown) => structuredClone(value) : (value: unknown) => value;
  const failed = (why: string) => new CallmatchError('invalid-field', `${field}: the expression fails: ${why}`);

  return (record, origin) => {
    let steps = 0;
    const bindings = {
      parameters,
      timestamp: origin.recordTime > 0 ? origin.recordTime : undefined,
      header: (name: unknown) => headerOf(origin, String(name)),
      // The package calls this before it evaluates any part of the expression. Source: src/jsonata.js, evaluate.
      __evaluate_entry() {
        steps += 1;
        if (steps > MOST_STEPS) throw new RangeError('it takes too many steps');
      },
    };
    let result: unknown;
    try {
      result = expression?.evaluate(own(record), { ...bindings, outer: own(origin.whole) });
    } catch (error) {
      throw failed(maskNumbersIn(reasonOf(error)));
    }
    if (isFunction(result)) throw failed('it gives a function');
    return result;
  };
}

/** Undefined for an expression that cannot be used, which is a problem. */
function parse(text: string, problems: Problems, place: Place): jsonata.Expression | undefined {
  try {
    const expression = jsonata(text);
    for (const problem of offencesIn(expression.ast())) problems.add(place, problem);
    return expression;
  } catch (error) {
    problems.add(place, `no JSONata: ${reasonOf(error)}`);
    return undefined;
  }
}

/** What of the syntax tree cannot be run, in words. */
function offencesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap(offencesIn);
  if (!('type' in node) || !('value' in node)) return inner;
  const { type, value } = node;
  if (type === 'variable' && typeof value === 'string' && FORBIDDEN.test(value)) inner.push(`$${value} cannot be used`);
  if (type === 'binary' && value === '..') inner.push('a range (..) cannot be used');
  if (type === 'regex' && value instanceof RegExp) inner.push(...offencesInRegex(value));
  return inner;
}

function offencesInRegex({ source, ignoreCase }: RegExp): string[] {
  if (ignoreCase) return [`/${source}/i cannot be used: write both cases, like [Aa]`];
  const problems = new Problems();
  return compileRegex(source, '', problems, []) === undefined ? [`/${source}/ cannot be used in linear time`] : [];
}

const LONGEST_REASON = 200;

/** The package throws plain objects, of which the message may quote the record. */
function reasonOf(error: unknown): string {
  const isTold = typeof error === 'object' && error !== null && 'message' in error;
  return (isTold ? String(error.message) : messageOf(error)).slice(0, LONGEST_REASON);
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value);
}
