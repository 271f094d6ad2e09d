/** One end of a call from the fields that may hold its number. Pure. */
import type { Party } from '../call.ts';
import { excerpt } from '../masking.ts';
import { isKnownCountry, type NumberSpelling, type PhoneNumbers, type PhoneReading } from '../phone-number.ts';
import { isNothing, textOf } from '../scalar.ts';
import { readText } from './fields.ts';
import type { NumberFault } from './number-policy.ts';

export interface PartyDraft {
  /** Fields in which the number may stand, the best first. */
  readonly numbers: readonly unknown[];
  readonly extension: unknown;
  /** Of numbers without a country code; goes before that of the options. */
  readonly country: unknown;
  readonly spelling: NumberSpelling;
}

export interface CallerOptions {
  readonly phoneNumbers: PhoneNumbers;
  /** Country of numbers without a country code. */
  readonly defaultCountry: string | undefined;
}

export interface CalleeOptions extends CallerOptions {
  /** Number of the switch itself. */
  readonly mainNumber: Party | undefined;
}

/** A party without a number to work with. */
export interface NoNumber {
  readonly fault: NumberFault;
  /** For people; holds no full number. */
  readonly why: string;
  /** The few digits that a short caller has. */
  readonly extension?: string;
}

export type PartyReading = Party | NoNumber;

/**
 * The caller. The first field that is not blank decides; one that is no number at all leaves it to the next. All blank
 * is how most switches write a withheld number. Throws `invalid-field` for an extension that is no text.
 */
export function readCaller(draft: PartyDraft, options: CallerOptions): PartyReading {
  const read = readerOf(draft, options);
  let fault: NoNumber | undefined;
  for (const field of draft.numbers) {
    const reading = read(field);
    if (reading.kind === 'number') return party(reading, draft);
    if (reading.kind === 'hidden') return { fault: reading.hidden, why: `the number is ${reading.hidden}` };
    if (reading.kind === 'emergency') return { fault: 'emergency', why: whyNot(reading) };
    if (reading.kind === 'empty') continue;
    fault ??=
      reading.kind === 'extension'
        ? { fault: 'short', why: whyNot(reading), extension: reading.extension }
        : { fault: 'impossible', why: whyNot(reading) };
  }
  return fault ?? { fault: 'withheld', why: 'there is none' };
}

/**
 * The line called: the first field that is a number, else the switch's main number, with the extension if there is
 * one. An emergency number is one only where there is no main number: within a switch 110 is somebody's telephone.
 */
export function readCallee(draft: PartyDraft, options: CalleeOptions): PartyReading {
  const read = readerOf(draft, options);
  let fault: NoNumber | undefined;
  let extension: string | undefined;
  for (const field of draft.numbers) {
    const reading = read(field);
    if (reading.kind === 'number') return party(reading, draft);
    if (reading.kind === 'empty') continue;
    const isEmergency = reading.kind === 'emergency';
    fault ??= { fault: isEmergency ? 'emergency' : 'impossible', why: whyNot(reading) };
    // A SIP network's own word for it can be nothing else.
    if (isEmergency && reading.extension === undefined) return fault;
    if (reading.kind === 'extension' || isEmergency) extension ??= reading.extension;
  }
  if (options.mainNumber === undefined) {
    const { why, ...rest } = fault ?? { fault: 'impossible', why: 'there is none' };
    return { ...rest, why: `${why}, and the mapping has no mainNumber to take instead` };
  }
  const dialled = extensionOf(draft) ?? extension;
  return { ...options.mainNumber, ...(dialled !== undefined && { extension: dialled }) };
}

/** Reads the fields of the party as numbers of its country. */
function readerOf({ country: value, spelling }: PartyDraft, options: CallerOptions): (field: unknown) => PhoneReading {
  const { phoneNumbers, defaultCountry } = options;
  if (isNothing(value)) return (field) => phoneNumbers.read(field, defaultCountry, spelling);
  const country = textOf(value)?.toUpperCase() ?? '';
  if (isKnownCountry(country)) return (field) => phoneNumbers.read(field, country, spelling);
  return (field) => {
    const reading = phoneNumbers.read(field, undefined, spelling);
    if (reading.kind !== 'unusable') return reading;
    return { ...reading, unreadable: `${excerpt(value)} is no country with phone numbers` };
  };
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
