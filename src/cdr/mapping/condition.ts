/** Condition rules to predicates. Pure. */
import { isNothing, textOf } from '../scalar.ts';
import type { Scope } from './parameters.ts';
import type { Place } from './problems.ts';
import type { ConditionRule } from './rule.ts';
import { compileValue } from './value.ts';

/** Whether something holds of a record. Never throws. */
export type Condition = (record: unknown) => boolean;

/** @param place Where the rule stands in the document, for what is wrong with it. */
export function compileCondition(rule: ConditionRule, scope: Scope, place: Place): Condition {
  if ('value' in rule) {
    const read = compileValue(rule.value, scope, [...place, 'value']);
    const matches = compilePatterns(patternsOf(rule.is, scope, [...place, 'is']));
    return (record) => matches(textOf(read(record)) ?? '');
  }
  if ('exists' in rule) {
    const read = compileValue(rule.exists, scope, [...place, 'exists']);
    return (record) => read(record) !== undefined;
  }
  if ('filled' in rule) {
    const read = compileValue(rule.filled, scope, [...place, 'filled']);
    return (record) => !isNothing(read(record));
  }
  if ('not' in rule) {
    const holds = compileCondition(rule.not, scope, [...place, 'not']);
    return (record) => !holds(record);
  }
  const isAll = 'all' in rule;
  const conditions = (isAll ? rule.all : rule.any).map((each, index) =>
    compileCondition(each, scope, [...place, isAll ? 'all' : 'any', index]),
  );
  return isAll
    ? (record) => conditions.every((holds) => holds(record))
    : (record) => conditions.some((holds) => holds(record));
}

type Patterns = Extract<ConditionRule, { is: unknown }>['is'];

function patternsOf(is: Patterns, scope: Scope, place: Place): readonly (string | number)[] {
  if (typeof is !== 'object') return [is];
  if (Array.isArray(is)) return is;
  if (!scope.parameters.has(is.parameter)) scope.problems.add(place, `there is no parameter ${is.parameter}`);
  const value = scope.parameters.get(is.parameter);
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** Exact words in a set; those with a `*` one by one. */
function compilePatterns(patterns: readonly (string | number)[]): (text: string) => boolean {
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
