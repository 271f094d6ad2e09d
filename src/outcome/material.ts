/**
 * What of a call matters when two records of it are compared: the same in all of it is a duplicate, anything else a
 * revision. Only what is published counts, so that the comparison can be made again from the outcome topic. Pure.
 */
import type { Call } from '../cdr/call.ts';
import type { EnrichedCall } from './enriched-call.ts';

export function materialOfCall({
  direction,
  from,
  to,
  status,
  rawCause,
  startedAt,
  talkSeconds,
  userId,
}: Call): string {
  return text([direction, ...party(from), ...party(to), status, rawCause, startedAt, talkSeconds, userId]);
}

export function materialOfOutcome(outcome: EnrichedCall): string {
  const { direction, from, to, finalCallStatus, rawCause, startedAt, talkSeconds, userId } = outcome;
  return text([direction, ...party(from), ...party(to), finalCallStatus, rawCause, startedAt, talkSeconds, userId]);
}

/** Of an end of the call, in either form. */
function party({ e164, type, extension }: { e164?: unknown; type: string; extension?: unknown }): unknown[] {
  return [e164, type, extension];
}

/** Absent is null in the one and undefined in the other; JSON writes both as null. */
function text(values: readonly unknown[]): string {
  return JSON.stringify(values);
}
