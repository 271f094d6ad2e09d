/** Which calls of a range a replay sends. Pure. */
import type { Call, SkipReason } from '../cdr/call.ts';
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

/** Why a call is left out; undefined: it is sent. */
export type Select = (place: CallPlace, portal: string, call: Call) => SkipReason | undefined;

/** @param before undefined: what was enriched is sent again */
export function createSelection(filter: CallFilter, before: Pick<EnrichedBefore, 'has'> | undefined): Select {
  const portals = setOf(filter.portals);
  const statuses = setOf(filter.statuses);
  const numbers = setOf(filter.numbers);
  const ids = setOf(filter.externalIds);
  const isChosen = (portal: string, { status, externalCallId, from, to }: Call) =>
    (portals?.has(portal) ?? true) &&
    (statuses?.has(status) ?? true) &&
    (ids?.has(externalCallId) ?? true) &&
    (numbers === undefined || numbers.has(from.e164 ?? '') || numbers.has(to.e164 ?? ''));

  return (place, portal, call) => {
    if (!isChosen(portal, call)) return 'filtered';
    const { offset, callIndex } = place;
    return before?.has(place, offset, callIndex, portal, call.externalCallId) ? 'already-enriched' : undefined;
  };
}

function setOf(values: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return values === undefined ? undefined : new Set(values);
}
