/** The rule for the status to a reader of it. Pure. */
import type { FinalCallStatus } from '../call.ts';
import { compileValue } from './compile-rule.ts';
import type { Scope } from './parameters.ts';
import type { Place } from './problems.ts';
import type { Origin } from './reader.ts';
import { STATUS_WORDS, type StatusRule, type StatusWords } from './status-rule.ts';
import { compileStep, type Said } from './status-step.ts';

export interface StatusDraft {
  /** One of HubSpot's words, or what a value rule found in its place; nothing when nothing tells. */
  readonly value: unknown;
  /** The record is of a leg that ended because the call went on or was taken on another one. */
  readonly isOtherLeg: boolean;
  /** The source's own word: that of the step that decided, else of the first that has one. */
  readonly cause?: string;
}

/** Never throws. */
export type StatusReader = (record: unknown, origin: Origin) => StatusDraft;

export function compileStatus(
  rule: StatusRule,
  words: StatusWords | undefined,
  scope: Scope,
  place: Place,
): StatusReader {
  if (!Array.isArray(rule)) {
    const read = compileValue(rule, scope, place);
    return (record, origin) => ({ value: read(record, origin), isOtherLeg: false });
  }
  const context = { words: words ?? STATUS_WORDS, scope, sipReaders: [] };
  const steps = rule.map((each, index) => compileStep(each, context, [...place, index]));

  return (record, origin) => {
    let decided: Said | undefined;
    let cause: string | undefined;
    let lastResort: FinalCallStatus | undefined;
    for (const step of steps) {
      const said = step(record, origin);
      if (decided === undefined && said.decides) {
        decided = said;
        cause = said.word ?? cause;
      }
      cause ??= said.word;
      lastResort ??= said.lastResort;
      if (decided !== undefined && cause !== undefined) break;
    }
    return {
      value: decided === undefined ? lastResort : decided.value,
      isOtherLeg: decided?.isOtherLeg === true,
      ...(cause !== undefined && { cause }),
    };
  };
}
