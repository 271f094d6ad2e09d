/**
 * Names the calls of one source record: what has become of one is found again under its name. The id alone does not do:
 * a record may hold the same call twice, and what cannot be decoded has none. Pure.
 */

/** A call among those of its record. The id is undefined where the record gave none, or where it had to be left out. */
export interface CallOfRecord {
  /** Position, from 0. */
  readonly callIndex: number;
  readonly externalCallId?: string | undefined;
}

/** Name of a call among those of its record. Without an id, whichever call stands at that place. */
export function callName(callIndex: number, externalCallId: string | undefined): string {
  return externalCallId === undefined ? `${callIndex}` : `${callIndex} ${externalCallId}`;
}

/** The name under which the call stands where its id is not known. */
export function nameWithoutId(name: string): string {
  return name.replace(/ .*$/s, '');
}

/**
 * Where the call stands among those that its record gives now; undefined when it gives no such call any more. A mapping
 * that has changed may give them in another order, and another call must not go in its place.
 * @param ids of all calls of the record, as far as they have one
 */
export function placeOfCall(
  { callIndex, externalCallId: id }: CallOfRecord,
  ids: readonly (string | undefined)[],
): number | undefined {
  const isThere = callIndex < ids.length;
  if (id === undefined) return isThere ? callIndex : undefined;
  if (ids[callIndex] === id) return callIndex;
  const found = ids.indexOf(id);
  if (found >= 0) return found;
  // What has another id now, or none, can only be told to be the same where the record has one call.
  return ids.length === 1 && isThere ? callIndex : undefined;
}
