/** A dead letter on its way to HubSpot once more: the record of its source, and what may become of it. */
import type { OpenLetter } from '../dead-letters/letter-log.ts';
import type { Delivery, Headers } from '../kafka/delivery.ts';
import { copyOfBytes } from '../kafka/fetched-record.ts';
import type { SourceBytes } from '../outcome/dead-letter.ts';
import { sourceOfParked } from '../outcome/parked-call.ts';

/** Of a `Delivery` that comes from a dead letter. */
export interface Redriven extends Delivery {
  readonly letter: OpenLetter;
}

export function isRedriven(source: SourceBytes): source is Redriven {
  return 'letter' in source;
}

/** The source record of a letter, with how often it was redriven and tried. */
export function sourceOfLetter(
  letter: OpenLetter,
  record: Pick<SourceBytes, 'value' | 'headers'>,
): Omit<SourceBytes, 'headers'> & { readonly headers: Headers } {
  const source = sourceOfParked(letter, record);
  return { ...source, ...copyOfBytes({ ...source, headers: { ...source.headers, ...carried(letter) } }) };
}

/** What goes along with a record that comes again. */
export function carried({ redrives, attempts }: OpenLetter): Record<string, string> {
  return { 'callmatch.redrives': String(redrives + 1), 'callmatch.attempts': String(attempts) };
}
