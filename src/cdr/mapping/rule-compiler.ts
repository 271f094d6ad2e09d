/** What the compiler of a kind of rules is given: the way to compile the rules inside. Pure. */
import type { Scope } from './parameters.ts';
import type { Place } from './problems.ts';
import type { Condition, Reader } from './reader.ts';

/** @typeParam Value a value rule. @typeParam When a condition. They hold each other, so a kind of them knows neither. */
export interface RuleCompiler<Value, When> {
  readonly scope: Scope;
  value(rule: Value, place: Place): Reader;
  condition(rule: When, place: Place): Condition;
}
