/** Which calls of a range a replay sends. Pure. */
import type { Call } from '../cdr/call.ts';
import type { Mapped } from '../cdr/mapping/mapping.ts';
import type { TopicPartition } from '../kafka/delivery.ts';
import type { EnrichedBefore } from './enriched-before.ts';

/** All that are given must hold; a list holds when one of it does. */
export interface CallFilter {
  readonly portals?: readonly string[] | undefined;
  readonly statuses?: readonly string[] | undefined;
  /** E.164, of the caller or of the line called. */
  readonly numbers?: readonly string[] | undefined;
  readonly externalIds?: readonly string[] | undefined;
}

/** The record and the place of a call in it. */
export interface CallPlace extends TopicPartition {
  readonly offset: number;
  readonly callIndex: number;
}

/** What a replay makes of an end: itself, or a skip. */
export type Select = (place: CallPlace, portal: string, end: Mapped) => Mapped;

/** @param before undefined: what was enriched is sent again, and what was published is published again */
export function createSelection(
  filter: CallFilter,
  before: Pick<EnrichedBefore, 'has' | 'hasSkip'> | undefined,
): Select {
  const portals = setOf(filter.portals);
  const statuses = setOf(filter.statuses);
  const numbers = setOf(filter.numbers);
  const ids = setOf(filter.externalIds);
  const isChosen = (portal: string, { status, externalCallId, from, to }: Call) =>
    (portals?.has(portal) ?? true) &&
    (statuses?.has(status) ?? true) &&
    (ids?.has(externalCallId) ?? true) &&
    (numbers === undefined || numbers.has(from.e164 ?? '') || numbers.has(to.e164 ?? ''));

  return (place, portal, end) => {
    if (end.kind === 'failure' || end.call === undefined) return end;
    const { call } = end;
    if (!isChosen(portal, call)) return FILTERED;
    const { offset, callIndex } = place;
    if (end.kind === 'call') {
      return before?.has(place, offset, callIndex, portal, call.externalCallId) ? ENRICHED : end;
    }
    // Its outcome is there: without the call it is counted only.
    return before?.hasSkip(place, offset, callIndex) ? { kind: 'skip', reason: end.reason } : end;
  };
}

const FILTERED: Mapped = { kind: 'skip', reason: 'filtered' };
const ENRICHED: Mapped = { kind: 'skip', reason: 'already-enriched' };

function setOf(values: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return values === undefined ? undefined : new Set(values);
}
