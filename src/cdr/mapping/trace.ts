/** What rules gave for a record, for people who want to know where a field comes from. Nothing is paid when it is off. Pure. */
import type { Place } from './problems.ts';
import type { Condition, Reader } from './reader.ts';

/** Told of rules, by their place in the document. */
export interface RuleTrace {
  /** There is such a rule. */
  compiled(place: Place): void;
  /** From here on the rules are read for another call. */
  begin(): void;
  /** A rule was read, after the rules inside it. @param result of a condition true or false */
  gave(place: Place, result: unknown): void;
}

/** The reader itself where nothing is traced. */
export function tracedValue(read: Reader, place: Place, trace: RuleTrace | undefined): Reader {
  if (trace === undefined) return read;
  trace.compiled(place);
  return (record, origin) => {
    const value = read(record, origin);
    trace.gave(place, value);
    return value;
  };
}

export function tracedCondition(holds: Condition, place: Place, trace: RuleTrace | undefined): Condition {
  if (trace === undefined) return holds;
  trace.compiled(place);
  return (record, origin) => {
    const result = holds(record, origin);
    trace.gave(place, result);
    return result;
  };
}
