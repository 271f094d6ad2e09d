/** Which of the calls of a record a dead letter is about: the mapping may have changed since. Pure. */
import { isOfWholeRecord, type Letter } from '../dead-letters/letter.ts';
import { placeOfCall } from '../outcome/call-name.ts';

/**
 * The positions of the calls to be done; empty when the record gives no such call any more.
 * @param ids of all calls of the record, as far as they have one
 */
export function wantedCalls(letter: Letter, ids: readonly (string | undefined)[]): number[] {
  if (isOfWholeRecord(letter)) return [...ids.keys()];
  const place = placeOfCall(letter, ids);
  return place === undefined ? [] : [place];
}
