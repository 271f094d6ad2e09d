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
