/** Which of the calls of a record a dead letter is about: the mapping may have changed since. Pure. */
import { isOfWholeRecord, type Letter } from '../dead-letters/letter.ts';

/**
 * The positions of the calls to be done; empty when the record gives no such call any more.
 * @param ids of all calls of the record, as far as they have one
 */
export function wantedCalls(letter: Letter, ids: readonly (string | undefined)[]): number[] {
  if (isOfWholeRecord(letter)) return [...ids.keys()];
  const { callIndex, externalCallId: id } = letter;
  const isAtItsPlace = callIndex < ids.length;
  if (id === undefined) return isAtItsPlace ? [callIndex] : [];
  if (ids[callIndex] === id) return [callIndex];
  const found = ids.indexOf(id);
  if (found >= 0) return [found];
  // What has another id now, or none, can only be told to be the same where the record has one call.
  return ids.length === 1 && isAtItsPlace ? [callIndex] : [];
}
