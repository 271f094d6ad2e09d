/** One end of a call from the fields that may hold its number. Pure. */
import type { Party } from '../call.ts';
import type { PhoneNumbers, PhoneReading } from '../phone-number.ts';
import type { PartyDraft } from './draft.ts';
import { readText } from './fields.ts';

export interface CallerOptions {
  readonly phoneNumbers: PhoneNumbers;
  /** Country of numbers without a country code. */
  readonly defaultCountry: string | undefined;
}

export interface CalleeOptions extends CallerOptions {
  /** Number of the switch itself. */
  readonly mainNumber: Party | undefined;
}

/** The party, or why its number is of no use; the sentence holds no full number. */
export type PartyReading = Party | { readonly unusable: string };

/**
 * The caller. The first field that is not blank decides; one that is no number at all leaves it to the next. All blank
 * is how most switches write a withheld number. Throws `invalid-field` for an extension that is no text.
 */
export function readCaller(draft: PartyDraft, options: CallerOptions): PartyReading {
  let reason: string | undefined;
  for (const field of draft.numbers) {
    const reading = options.phoneNumbers.read(field, options.defaultCountry);
    if (reading.kind === 'hidden') return { e164: undefined, type: 'UNKNOWN', hidden: reading.hidden };
    if (reading.kind === 'number') return party(reading, draft);
    if (reading.kind !== 'empty') reason ??= whyNot(reading);
  }
  if (reason === undefined) return { e164: undefined, type: 'UNKNOWN', hidden: 'withheld' };
  return { unusable: reason };
}

/** The line called: the first field that is a number, else the switch's main number, with the extension if there is one. */
export function readCallee(draft: PartyDraft, options: CalleeOptions): PartyReading {
  let reason: string | undefined;
  let extension: string | undefined;
  for (const field of draft.numbers) {
    const reading = options.phoneNumbers.read(field, options.defaultCountry);
    if (reading.kind === 'number') return party(reading, draft);
    if (reading.kind === 'extension' || reading.kind === 'emergency') extension ??= reading.extension;
    if (reading.kind !== 'empty') reason ??= whyNot(reading);
  }
  if (options.mainNumber === undefined) {
    return { unusable: `${reason ?? 'there is none'}, and the mapping has no mainNumber to take instead` };
  }
  const dialled = extensionOf(draft) ?? extension;
  return { ...options.mainNumber, ...(dialled !== undefined && { extension: dialled }) };
}

function party(reading: Extract<PhoneReading, { kind: 'number' }>, draft: PartyDraft): Party {
  const extension = extensionOf(draft) ?? reading.extension;
  return { e164: reading.e164, type: reading.type, ...(extension !== undefined && { extension }) };
}

function extensionOf(draft: PartyDraft): string | undefined {
  return readText('extension', draft.extension);
}

function whyNot(reading: Exclude<PhoneReading, { kind: 'number' | 'empty' }>): string {
  switch (reading.kind) {
    case 'hidden':
      return `the number is ${reading.hidden}`;
    case 'extension':
      return `${reading.extension.length} digits are an extension`;
    case 'emergency':
      return 'it is an emergency number';
    case 'unusable':
      return reading.unreadable;
  }
}
